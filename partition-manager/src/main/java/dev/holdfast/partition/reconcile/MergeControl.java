package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the reconciler of merges sees and does; implemented by the node. Never throws; futures fail
 * with a {@link dev.holdfast.protocol.rpc.StoreException} within a deadline.
 */
public interface MergeControl {
  /**
   * The merges that are not forgotten, read strongly from the meta replica of this node; fails when
   * this node does not lead the meta group.
   */
  CompletableFuture<List<Merge>> merges();

  /**
   * Has a step of a merge applied by a partition; completes with its answer. The step says itself
   * whether it is late: it is sent whatever epoch the partition has by now.
   *
   * @param to its id and where its replicas are
   */
  CompletableFuture<Result> step(ClusterMap.Partition to, MergeCommand command);

  /** Has a command applied by the meta group; completes once it is. */
  CompletableFuture<Void> change(MetaCommand command);

  /** Has a node remove its replica of the right one, for ever; completes once it is gone. */
  CompletableFuture<Void> retire(NodeId node, MergeOperation merge);

  /** Completes after a moment, in which rows are taken over. */
  CompletableFuture<Void> pause();

  /** Whether a merge has been under way for so long that it had better be given up. */
  boolean isOverdue(MergeOperation merge);

  /** Told that a merge is done: the map has one partition in the place of two. */
  default void merged(MergeOperation merge) {}

  /** Told that a merge was given up; the right one serves again. */
  default void abandoned(MergeOperation merge) {}

  /** Told that no node has a replica of the right one any more. */
  default void retired(MergeOperation merge) {}

  /** Told that a step failed; the next sweep tries again. */
  default void failed(MergeOperation merge, Throwable failure) {}
}
