package dev.holdfast.partition.placement;

import dev.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the replicas of a new cluster's partitions go: round robin over the nodes.
 *
 * <p>The first replica of a partition is its preferred leader, so leaders and replicas are spread
 * with a difference of at most one.
 */
public final class InitialPlacement {
  private InitialPlacement() {}

  /**
   * @param ordinal zero-based position of the partition in key order
   * @param replicaCount wanted; fewer nodes give fewer replicas
   * @return the preferred leader first
   */
  public static List<NodeId> replicas(List<NodeId> nodes, int ordinal, int replicaCount) {
    if (nodes.isEmpty() || replicaCount < 1 || ordinal < 0) {
      throw new IllegalArgumentException(
          "nodes " + nodes.size() + ", replicas " + replicaCount + ", ordinal " + ordinal);
    }
    List<NodeId> replicas = new ArrayList<>();
    for (int k = 0; k < Math.min(replicaCount, nodes.size()); k++) {
      replicas.add(nodes.get((ordinal + k) % nodes.size()));
    }
    return replicas;
  }
}
