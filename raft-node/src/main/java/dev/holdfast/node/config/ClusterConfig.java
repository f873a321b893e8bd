package dev.holdfast.node.config;

import dev.holdfast.partition.map.InitialMap;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What every node of a cluster must agree on, and the tuning of this one.
 *
 * @param clusterId names the cluster; keeps the nodes of two clusters from talking to each other
 * @param nodes in the order of the file; the first ones hold the meta group
 * @param partitionCount data partitions of a new cluster; default 1
 * @param replicaCount wanted per partition; default 3
 * @param dataDirectory where a node keeps its state, in a directory of its own name
 * @param tuning options with defaults
 * @param joinedDisk of a node that joined a cluster that was there: names its data directory (see
 *     {@link ClusterMap.Node}); 0 for the first nodes of a cluster
 * @param balancing how the cluster looks after itself
 * @param listening where a service listens instead of at its address, by its property: others reach
 *     it there through something between, a proxy or a container's port
 */
public record ClusterConfig(
    String clusterId,
    List<ClusterMap.Node> nodes,
    int partitionCount,
    int replicaCount,
    Path dataDirectory,
    Tuning tuning,
    long joinedDisk,
    Balancing balancing,
    SortedMap<String, String> listening) {
  public static final int REPLICA_COUNT_DEFAULT = 3;
  static final String LISTEN = ".listen";
  private static final int REPLICA_COUNT_MAX = 7;
  private static final int NODE_COUNT_MAX = 99;

  public ClusterConfig {
    nodes = List.copyOf(nodes);
    listening = Collections.unmodifiableSortedMap(new TreeMap<>(listening));
  }

  /** Of the first nodes of a cluster. */
  public ClusterConfig(
      String clusterId,
      List<ClusterMap.Node> nodes,
      int partitionCount,
      int replicaCount,
      Path dataDirectory,
      Tuning tuning,
      Balancing balancing) {
    this(
        clusterId,
        nodes,
        partitionCount,
        replicaCount,
        dataDirectory,
        tuning,
        0,
        balancing,
        new TreeMap<>());
  }

  /** The same, of a node that joins. */
  public ClusterConfig joinedWith(long disk) {
    return new ClusterConfig(
        clusterId,
        nodes,
        partitionCount,
        replicaCount,
        dataDirectory,
        tuning,
        disk,
        balancing,
        listening);
  }

  /** Says what is wrong in words of the file, or returns the configuration unchanged. */
  public ClusterConfig checked() throws ConfigException {
    require(!clusterId.isBlank(), "cluster.id is empty; give the cluster a name");
    require(!nodes.isEmpty(), "no nodes; add lines such as node.n1.http=HOST:PORT, node.n1.rpc=…");
    require(nodes.size() <= NODE_COUNT_MAX, "more than " + NODE_COUNT_MAX + " nodes");
    require(
        partitionCount >= 1 && partitionCount <= InitialMap.PARTITION_COUNT_MAX,
        "cluster.partitions must be between 1 and " + InitialMap.PARTITION_COUNT_MAX);
    require(
        replicaCount >= 1 && replicaCount <= REPLICA_COUNT_MAX,
        "cluster.replicas must be between 1 and " + REPLICA_COUNT_MAX);
    Map<String, String> users = new HashMap<>();
    for (ClusterMap.Node node : nodes) {
      for (Service service : Service.values()) {
        String address = service.addressOf(node);
        String key = service.key(node.id());
        try {
          HostPort.parse(address);
        } catch (IllegalArgumentException e) {
          throw new ConfigException(key + ": " + e.getMessage());
        }
        String other = users.put(address, key);
        require(other == null, key + " and " + other + " are both " + address);
      }
    }
    for (Map.Entry<String, String> listener : listening.entrySet()) {
      try {
        HostPort.parse(listener.getValue());
      } catch (IllegalArgumentException e) {
        throw new ConfigException(listener.getKey() + LISTEN + ": " + e.getMessage());
      }
    }
    return this;
  }

  /** Where a service of a node listens. */
  public String listenAddress(ClusterMap.Node node, Service service) {
    return listening.getOrDefault(service.key(node.id()), service.addressOf(node));
  }

  /** The map of a new cluster, the same on every node; empty when this node joined one. */
  public ClusterMap initialMap() {
    if (joinedDisk != 0) {
      return ClusterMap.EMPTY;
    }
    return InitialMap.of(nodes, partitionCount, replicaCount);
  }

  public Optional<ClusterMap.Node> node(NodeId id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }

  public Path directoryOf(NodeId id) {
    return dataDirectory.resolve(id.name());
  }

  private static void require(boolean condition, String message) throws ConfigException {
    if (!condition) {
      throw new ConfigException(message);
    }
  }

  /** What a node listens for, each on its own port. */
  public enum Service {
    HTTP("http", "the DynamoDB endpoint"),
    RPC("rpc", "the native protocol"),
    RAFT("raft", "Raft"),
    ADMIN("admin", "the admin endpoint");

    private final String suffix;
    private final String purpose;

    Service(String suffix, String purpose) {
      this.suffix = suffix;
      this.purpose = purpose;
    }

    public String addressOf(ClusterMap.Node node) {
      return switch (this) {
        case HTTP -> node.httpAddress();
        case RPC -> node.rpcAddress();
        case RAFT -> node.raftAddress();
        case ADMIN -> node.adminAddress();
      };
    }

    /** What it is for, in words. */
    public String purpose() {
      return purpose;
    }

    /** The property that sets it. */
    public String key(NodeId node) {
      return ConfigFile.NODE_PREFIX + node.name() + "." + suffix;
    }
  }
}
