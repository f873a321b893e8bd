package dev.holdfast.node.cli;

import dev.holdfast.node.config.Balancing;
import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.node.config.ConfigException;
import dev.holdfast.node.config.ConfigFile;
import dev.holdfast.node.config.Tuning;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.ClusterMap.Standing;
import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes a node into a cluster that is there: learns who is in it, has the meta group decide, and
 * keeps what it has learned beside the node's state, so that the same command starts it again. What
 * is refused leaves nothing behind.
 *
 * @param address of any node: DynamoDB, admin or native
 */
record Joining(String address, AdminPages admin) {
  private static final String FILE = "joined.properties";

  /** A cluster as one of its nodes shows it. */
  private record Found(String clusterId, List<ClusterMap.Node> nodes) {}

  /**
   * The configuration to start with.
   *
   * @param self as it is to be known; its {@code disk} is of no meaning
   * @param data where the node's directory is, or is to be
   * @param file the operator's configuration, or null
   */
  ClusterConfig join(ClusterMap.Node self, Path data, @Nullable ClusterConfig file)
      throws CommandFailure, ConfigException, IOException, InterruptedException {
    Path kept = data.resolve(self.id().name()).resolve(FILE);
    Optional<ClusterConfig> before = before(kept, self);
    Optional<Found> found = find();
    if (found.isEmpty() && before.isPresent()) {
      return before.get(); // it has joined before; the others may be down
    }
    if (found.isEmpty()) {
      throw new CommandFailure(
          "no node of a cluster answers at " + address + "; give any node's HOST:PORT with --join");
    }
    String clusterId = found.get().clusterId();
    requireSameCluster(clusterId, before.orElse(file));
    long disk = before.map(ClusterConfig::joinedDisk).orElseGet(Joining::newDisk);
    ClusterMap.Node joining = with(self, disk);
    requireUnused(found.get(), joining);
    if (before.isEmpty()) {
      LocalLayout.requireFreePorts(self);
    }
    ClusterConfig config = config(found.get(), joining, data, file);
    Files.createDirectories(data.resolve(self.id().name()));
    ConfigFile.write(config, kept);
    try (ClusterLink link =
        ClusterLink.to(found.get().nodes().stream().map(ClusterMap.Node::rpcAddress).toList())) {
      link.change(new MembershipChange.AddNode(joining, clusterId));
    } catch (CommandFailure e) {
      if (before.isEmpty() && String.valueOf(e.getMessage()).endsWith("nothing was changed")) {
        Files.delete(kept);
      }
      throw e;
    }
    return config;
  }

  private static Optional<ClusterConfig> before(Path kept, ClusterMap.Node self)
      throws CommandFailure, ConfigException, IOException {
    if (!Files.exists(kept)) {
      return Optional.empty();
    }
    ClusterConfig config = ConfigFile.read(kept);
    Optional<ClusterMap.Node> known = config.node(self.id());
    if (known.isEmpty() || !known.get().equals(self)) {
      throw new CommandFailure(
          "node "
              + self.id()
              + " has joined with other addresses, see "
              + kept
              + "; start it with those");
    }
    return Optional.of(config);
  }

  private static long newDisk() {
    long disk = 0;
    while (disk == 0) {
      disk = new SecureRandom().nextLong();
    }
    return disk;
  }

  private static ClusterMap.Node with(ClusterMap.Node self, long disk) {
    return new ClusterMap.Node(
        self.id(),
        self.raftAddress(),
        self.rpcAddress(),
        self.httpAddress(),
        self.adminAddress(),
        Standing.ACTIVE,
        disk);
  }

  /** By the status page; a native address leads to one. */
  private Optional<Found> find() throws IOException, InterruptedException {
    Optional<String> status = admin.status(List.of(address));
    if (status.isEmpty()) {
      try (ClusterLink link = ClusterLink.to(List.of(address))) {
        status =
            admin.status(link.map().nodes().stream().map(ClusterMap.Node::adminAddress).toList());
      } catch (CommandFailure e) {
        return Optional.empty();
      }
    }
    return status.isEmpty() ? Optional.empty() : Optional.of(found(JsonTree.parse(status.get())));
  }

  private static Found found(JsonTree status) {
    List<ClusterMap.Node> nodes = new ArrayList<>();
    for (JsonTree node : status.get("nodes").elements()) {
      nodes.add(
          new ClusterMap.Node(
              new NodeId(node.get("id").text()),
              node.get("raft").text(),
              node.get("rpc").text(),
              node.get("http").text(),
              node.get("admin").text()));
    }
    return new Found(status.get("cluster").text(), nodes);
  }

  private void requireSameCluster(String clusterId, @Nullable ClusterConfig expected)
      throws CommandFailure {
    if (expected != null && !expected.clusterId().equals(clusterId)) {
      throw new CommandFailure(
          "at "
              + address
              + " is cluster '"
              + clusterId
              + "', and this node belongs to '"
              + expected.clusterId()
              + "'; nothing was changed");
    }
  }

  private static void requireUnused(Found found, ClusterMap.Node joining) throws CommandFailure {
    for (ClusterMap.Node node : found.nodes()) {
      if (node.id().equals(joining.id()) && !node.rpcAddress().equals(joining.rpcAddress())) {
        throw new CommandFailure(
            "the node id "
                + node.id()
                + " is in use, at "
                + node.rpcAddress()
                + "; choose another --id; nothing was changed");
      }
    }
  }

  private static ClusterConfig config(
      Found found, ClusterMap.Node joining, Path data, @Nullable ClusterConfig file)
      throws ConfigException {
    List<ClusterMap.Node> nodes = new ArrayList<>();
    found.nodes().stream().filter(node -> !node.id().equals(joining.id())).forEach(nodes::add);
    ClusterMap.Node plain =
        new ClusterMap.Node(
            joining.id(),
            joining.raftAddress(),
            joining.rpcAddress(),
            joining.httpAddress(),
            joining.adminAddress());
    nodes.add(plain);
    return new ClusterConfig(
            found.clusterId(),
            nodes,
            1,
            ClusterConfig.REPLICA_COUNT_DEFAULT,
            data,
            file == null ? Tuning.DEFAULT : file.tuning(),
            joining.disk(),
            file == null ? Balancing.DEFAULT : file.balancing(),
            file == null ? new TreeMap<>() : file.listening())
        .checked();
  }
}
