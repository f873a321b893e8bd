package dev.holdfast.node.cli;

import dev.holdfast.protocol.model.PartitionId;
import picocli.CommandLine.Option;

/** The option that names a partition. */
final class PartitionOption {
  @Option(
      names = "--partition",
      paramLabel = "ID",
      required = true,
      description = "The partition, as './holdfast partitions' names it.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String partition;

  PartitionId id() throws CommandFailure {
    return ClusterView.parseId(partition);
  }
}
