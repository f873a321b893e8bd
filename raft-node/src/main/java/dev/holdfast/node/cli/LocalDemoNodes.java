package dev.holdfast.node.cli;

import dev.holdfast.node.cli.demo.DemoNodes;
import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.node.config.ConfigException;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The processes of a cluster that {@code up} started on this machine. */
final class LocalDemoNodes implements DemoNodes {
  private static final String PARENT_OPTION = "--parent";

  private final ClusterDirectory directory;
  private final ClusterConfig config;
  private final AdminPages admin;
  private final Map<String, Long> parents = new TreeMap<>();

  LocalDemoNodes(ClusterDirectory directory, AdminPages admin)
      throws CommandFailure, ConfigException, IOException {
    this.directory = directory;
    this.config = directory.config();
    this.admin = admin;
  }

  @Override
  public Optional<String> leader() throws InterruptedException {
    return admin
        .status(config.nodes().stream().map(ClusterMap.Node::adminAddress).toList())
        .flatMap(LocalDemoNodes::leader);
  }

  private static Optional<String> leader(String status) {
    try {
      return JsonTree.parse(status).get("partitions").elements().stream()
          .findFirst()
          .map(partition -> partition.get("leader"))
          .filter(leader -> leader.value() != null)
          .map(JsonTree::text);
    } catch (IOException e) {
      return Optional.empty(); // it broke off: ask again
    }
  }

  @Override
  public boolean kill(String node) throws IOException {
    Optional<ProcessHandle> process = directory.process(new NodeId(node));
    if (process.isEmpty()) {
      return false;
    }
    Long parent = parentOption(process.get());
    if (parent != null) {
      parents.put(node, parent);
    }
    return process.get().destroyForcibly();
  }

  /** Its next process hangs on the same 'up' in the foreground, if there is one. */
  private static @Nullable Long parentOption(ProcessHandle process) {
    List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
    int option = arguments.indexOf(PARENT_OPTION);
    return option < 0 ? null : Long.valueOf(arguments.get(option + 1));
  }

  @Override
  public void start(String node) throws IOException {
    new NodeProcesses(directory, LocalCluster.MAIN_CLASS)
        .start(new NodeId(node), parents.get(node));
  }

  @Override
  public boolean ready(String node) throws InterruptedException {
    Optional<ClusterMap.Node> configured = config.node(new NodeId(node));
    return configured.isPresent()
        && admin
            .get(configured.get().adminAddress(), "/health/ready")
            .filter(AdminPages.Page::isOk)
            .isPresent();
  }
}
