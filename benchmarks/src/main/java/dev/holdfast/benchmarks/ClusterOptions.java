package dev.holdfast.benchmarks;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which running cluster, and how loads reach it. */
final class ClusterOptions {
  @Option(
      names = "--data",
      defaultValue = "./data",
      description = "Directory of a cluster that 'up' started here (default: ${DEFAULT-VALUE}).")
  Path data;

  @Option(
      names = "--protocols",
      split = ",",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  List<Protocol> protocols;

  /**
   * @param protocols those of a command line that names none
   */
  @SuppressWarnings("NullAway.Init") // picocli sets the other fields
  ClusterOptions(Protocol... protocols) {
    this.protocols = List.of(protocols);
  }
}
