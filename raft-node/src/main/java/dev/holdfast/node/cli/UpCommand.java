package dev.holdfast.node.cli;

import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.node.config.ConfigException;
import dev.holdfast.node.config.ConfigFile;
import dev.holdfast.node.config.HostPort;
import dev.holdfast.protocol.model.ClusterMap;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast up}: a cluster of node processes on this machine. */
@Command(
    name = "up",
    description = {
      "Starts a cluster on this machine, one process per node, and says 'ready' once it serves",
      "strong reads and writes. Runs until Ctrl-C, or detached. Data survive; a cluster that was",
      "started before goes on where it stopped. Of a cluster that runs in part, the nodes that are",
      "missing are started; Ctrl-C then stops those only."
    },
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  private static final int NODE_COUNT_DEFAULT = 3;
  private static final int PORT_DEFAULT = 8000;
  private static final int CLUSTER_ID_BYTES = 8;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private DataOption data;

  @Option(names = "--nodes", paramLabel = "N", description = "How many nodes (default: 3).")
  private @Nullable Integer nodeCount;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "DynamoDB endpoint of the first node, the next ones following (default: 8000).")
  private @Nullable Integer port;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Data partitions of a new cluster (default: 1).")
  private @Nullable Integer partitionCount;

  @Option(names = "--detach", description = "Return once ready and leave the nodes running.")
  private boolean detach;

  @Option(names = "--fresh", description = "Delete the data of the cluster there was, and begin.")
  private boolean fresh;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "90",
      description = "How long to wait until ready (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    ClusterDirectory directory = data.directory();
    ClusterConfig config = prepare(directory);
    Set<String> running = DownCommand.running(directory, config).keySet();
    for (ClusterMap.Node node : config.nodes()) {
      if (!running.contains(node.id().name())) {
        LocalLayout.requireFreePorts(node);
      }
    }
    if (!directory.isOurs()) {
      ConfigFile.write(config, directory.configFile());
    }
    if (!running.isEmpty()) {
      out.println("already running: " + String.join(", ", running) + "; starting the others");
    }
    LocalCluster cluster = new LocalCluster(directory, config, running, out);
    if (detach) {
      cluster.startDetached(timeoutSeconds);
      out.println("stop with: ./holdfast down --data " + directory.root());
      out.flush();
    } else {
      cluster.runUntilStopped(timeoutSeconds);
    }
    return 0;
  }

  /** Checks the directory; empties it when asked; returns what is there or what will be. */
  private ClusterConfig prepare(ClusterDirectory directory)
      throws CommandFailure, ConfigException, IOException {
    directory.prepare();
    if (directory.isOurs()) {
      ClusterConfig existing = directory.config();
      requireRoom(directory, existing);
      if (!fresh) {
        requireSame(existing, directory);
        return existing;
      }
      directory.clear(existing);
    }
    byte[] id = new byte[CLUSTER_ID_BYTES];
    new SecureRandom().nextBytes(id);
    return LocalLayout.config(
            "local-" + HexFormat.of().formatHex(id),
            nodeCount == null ? NODE_COUNT_DEFAULT : nodeCount,
            port == null ? PORT_DEFAULT : port,
            partitionCount == null ? 1 : partitionCount,
            directory.root())
        .checked();
  }

  /** There must be a node to start, and none running when all is to be deleted. */
  private void requireRoom(ClusterDirectory directory, ClusterConfig config)
      throws CommandFailure, IOException {
    SortedMap<String, ProcessHandle> running = DownCommand.running(directory, config);
    if (running.size() < (fresh ? 1 : config.nodes().size())) {
      return;
    }
    String who =
        running.entrySet().stream()
            .map(node -> node.getKey() + " (process " + node.getValue().pid() + ')')
            .collect(Collectors.joining(", "));
    throw new CommandFailure(
        "already running in "
            + directory.root()
            + ": "
            + who
            + "; stop with './holdfast down --data "
            + directory.root()
            + "', or name another directory with --data");
  }

  /** The layout is in the log of every node: it cannot change between starts. */
  private void requireSame(ClusterConfig existing, ClusterDirectory directory)
      throws CommandFailure {
    requireSame("nodes", nodeCount, existing.nodes().size(), directory);
    requireSame(
        "port", port, HostPort.parse(existing.nodes().get(0).httpAddress()).port(), directory);
    requireSame("partitions", partitionCount, existing.partitionCount(), directory);
  }

  private static void requireSame(
      String option, @Nullable Integer asked, int existing, ClusterDirectory directory)
      throws CommandFailure {
    if (asked != null && asked != existing) {
      throw new CommandFailure(
          "the cluster in %s was made with --%s %d; leave --%s out, or begin anew with --fresh, or"
                  .formatted(directory.root(), option, existing, option)
              + " name another directory with --data");
    }
  }
}
