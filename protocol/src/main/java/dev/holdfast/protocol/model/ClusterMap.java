package dev.holdfast.protocol.model;

import java.util.List;
import java.util.Optional;

/**
 * Who is in the cluster and which partition holds which keys. Invariant 3: the partitions are in
 * key order, cover the keyspace and do not overlap.
 *
 * @param epoch grows with every change of the map
 */
public record ClusterMap(long epoch, List<Node> nodes, List<Partition> partitions) {
  /** A map before the cluster has one. */
  public static final ClusterMap EMPTY = new ClusterMap(0, List.of(), List.of());

  /**
   * A server process and its addresses, each {@code host:port}.
   *
   * @param rpcAddress the native protocol, of clients and of other nodes
   * @param httpAddress the DynamoDB endpoint
   * @param standing whether it is to hold replicas
   * @param disk names the directory that it joined with, so that an empty one is not taken for it
   *     (replication.md C1); 0 for the first nodes of a cluster
   */
  public record Node(
      NodeId id,
      String raftAddress,
      String rpcAddress,
      String httpAddress,
      String adminAddress,
      Standing standing,
      long disk) {
    /** One of the first nodes of a cluster. */
    public Node(
        NodeId id, String raftAddress, String rpcAddress, String httpAddress, String adminAddress) {
      this(id, raftAddress, rpcAddress, httpAddress, adminAddress, Standing.ACTIVE, 0);
    }

    /** The same node with another standing. */
    public Node with(Standing other) {
      return new Node(id, raftAddress, rpcAddress, httpAddress, adminAddress, other, disk);
    }
  }

  /** Whether a node is to hold replicas. */
  public enum Standing {
    /** It may be given replicas. */
    ACTIVE,
    /** Its replicas are to move away. */
    DECOMMISSIONED
  }

  /**
   * A range of routing keys and the nodes that replicate it.
   *
   * @param epoch grows with every change of this partition's range or members
   */
  public record Partition(PartitionId id, long epoch, KeyRange range, List<NodeId> replicas) {
    public Partition {
      replicas = List.copyOf(replicas);
    }
  }

  public ClusterMap {
    nodes = List.copyOf(nodes);
    partitions = List.copyOf(partitions);
    Bytes next = Bytes.EMPTY;
    for (Partition partition : partitions) {
      if (next == null || !partition.range().startInclusive().equals(next)) {
        throw new IllegalArgumentException("gap or overlap before " + partition);
      }
      next = partition.range().endExclusive();
    }
    if (!partitions.isEmpty() && next != null) {
      throw new IllegalArgumentException("the last partition does not reach the end");
    }
  }

  /** The partition that holds a routing key; the map must have partitions. */
  public Partition partitionOf(Bytes routingKey) {
    int low = 0;
    int high = partitions.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (partitions.get(middle).range().startInclusive().compareTo(routingKey) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return partitions.get(low);
  }

  public Optional<Partition> partition(PartitionId id) {
    return partitions.stream().filter(partition -> partition.id().equals(id)).findFirst();
  }

  public Optional<Node> node(NodeId id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }
}
