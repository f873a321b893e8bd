package dev.holdfast.node.cli;

import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.node.config.ConfigException;
import dev.holdfast.node.config.ConfigFile;
import dev.holdfast.protocol.model.ClusterMap;
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
      "The configuration file is described in docs/operations.md; the first nodes of a cluster use",
      "the same one. SIGTERM or Ctrl-C stops the node cleanly: it hands its leaders over first.",
      "",
      "A node joins a cluster that is there, and is started again, by the same command:",
      "  ./holdfast node --id n4 --join localhost:8000 --data ./data --port 8003",
      "  ./holdfast node --id n4 --join HOST:PORT --config FILE     (on a machine of its own)"
    })
final class NodeCommand implements Callable<Integer> {
  private final NodeRunner runner;

  @Option(names = "--id", required = true, paramLabel = "NAME", description = "Which node to be.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The cluster, or with --join at least this node; see docs/operations.md.")
  private @Nullable Path config;

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      description = "Join the cluster of any node, by its DynamoDB, admin or native address.")
  private @Nullable String join;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "With --join and without --config: where the node keeps its state.")
  private @Nullable Path data;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = {
        "With --join and without --config: its DynamoDB endpoint. The native protocol is 100 above",
        "it, Raft 200, the admin endpoint 300."
      })
  private @Nullable Integer port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "With --port: where the others reach it (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String host;

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
    NodeId node = NodesCommand.parseNode("--id", id);
    ClusterConfig cluster = join == null ? configured(node) : joined(node, join);
    if (parentPid != null) {
      ProcessHandle.of(parentPid)
          .ifPresentOrElse(
              parent -> parent.onExit().thenRun(() -> System.exit(0)), () -> System.exit(0));
    }
    runner.run(cluster, node);
    return 0;
  }

  private ClusterConfig configured(NodeId node)
      throws CommandFailure, ConfigException, IOException {
    if (config == null) {
      throw new CommandFailure("give the cluster with --config, or one of its nodes with --join");
    }
    ClusterConfig cluster = ConfigFile.read(config);
    requireNode(cluster, config, node);
    return cluster;
  }

  private ClusterConfig joined(NodeId node, String address)
      throws CommandFailure, ConfigException, IOException, InterruptedException {
    Joining joining = new Joining(address, new AdminPages(PartitionsCommand.PAGE_TIMEOUT));
    if (config != null) {
      ClusterConfig file = ConfigFile.read(config);
      return joining.join(requireNode(file, config, node), file.dataDirectory(), file);
    }
    if (data == null || port == null) {
      throw new CommandFailure("--join needs --data DIR and --port PORT, or a --config FILE");
    }
    return joining.join(
        LocalLayout.node(node, host, port), data.toAbsolutePath().normalize(), null);
  }

  private static ClusterMap.Node requireNode(ClusterConfig cluster, Path file, NodeId id)
      throws CommandFailure {
    return cluster
        .node(id)
        .orElseThrow(
            () ->
                new CommandFailure(
                    file
                        + " has no node '"
                        + id
                        + "'; it has "
                        + cluster.nodes().stream()
                            .map(node -> node.id().name())
                            .collect(Collectors.joining(", "))));
  }
}
