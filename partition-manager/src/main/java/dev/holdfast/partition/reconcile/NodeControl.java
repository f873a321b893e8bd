package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the reconciler sees of nodes and has them do; implemented by the node. Never throws; futures
 * fail with a {@link dev.holdfast.protocol.rpc.StoreException} within a deadline.
 */
public interface NodeControl {
  /**
   * The partition map, read strongly from the meta replica of this node; fails when this node does
   * not lead the meta group.
   */
  CompletableFuture<ClusterMap> map();

  /** What the nodes that answer say of themselves; never fails. */
  CompletableFuture<List<NodeStatus>> statuses();

  /** Has a node join the group of a partition that it has no replica of. */
  CompletableFuture<Void> host(NodeId node, ClusterMap.Partition partition);

  /** Told that a node has, or has not, joined a group that it had missed. */
  default void hosted(NodeId node, PartitionId partition, @Nullable Throwable failure) {}
}
