package dev.holdfast.node.cli;

import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.node.config.ConfigException;
import dev.holdfast.node.config.ConfigFile;
import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast node}: one server process. */
@Command(
    name = "node",
    description = "Runs one server process of a cluster until it is told to stop.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The configuration file is described in docs/operations.md; every node of a cluster uses the",
      "same one. SIGTERM or Ctrl-C stops the node cleanly: it hands its leaders over first."
    })
final class NodeCommand implements Callable<Integer> {
  private final NodeRunner runner;

  @Option(names = "--id", required = true, paramLabel = "NAME", description = "Which node to be.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(names = "--config", required = true, paramLabel = "FILE", description = "The cluster.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Path config;

  @Option(
      names = "--parent",
      hidden = true,
      paramLabel = "PID",
      description = "Stop when this process is gone.")
  private @Nullable Long parentPid;

  NodeCommand(NodeRunner runner) {
    this.runner = runner;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // exit is all there is to do
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    ClusterConfig cluster = ConfigFile.read(config);
    NodeId node = nodeId(cluster);
    if (parentPid != null) {
      ProcessHandle.of(parentPid)
          .ifPresentOrElse(
              parent -> parent.onExit().thenRun(() -> System.exit(0)), () -> System.exit(0));
    }
    runner.run(cluster, node);
    return 0;
  }

  private NodeId nodeId(ClusterConfig cluster) throws CommandFailure {
    return cluster.nodes().stream()
        .map(node -> node.id())
        .filter(known -> known.name().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    config
                        + " has no node '"
                        + id
                        + "'; it has "
                        + cluster.nodes().stream()
                            .map(node -> node.id().name())
                            .collect(Collectors.joining(", "))));
  }
}
