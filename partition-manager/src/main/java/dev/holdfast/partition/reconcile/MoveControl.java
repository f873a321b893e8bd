package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.command.MembershipChange.BeginRebuild;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.MoveStep;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the reconciler of moves sees and has done; implemented by the node. Never throws; futures
 * fail with a {@link dev.holdfast.protocol.rpc.StoreException} within a deadline.
 */
public interface MoveControl {
  /** Read strongly from the meta replica of this node; fails when it does not lead the group. */
  CompletableFuture<ClusterMap> map();

  /** Read as the map is; empty while there is no map. */
  CompletableFuture<Optional<Membership>> membership();

  /** What the nodes that answer say of themselves; never fails. */
  CompletableFuture<List<NodeStatus>> statuses();

  /**
   * Has the node that a move adds join the group as a listener.
   *
   * @param map whose addresses are used
   */
  CompletableFuture<Void> hostListener(MoveOperation move, ClusterMap map);

  /** Has the leader of the group take the next step of a move, and tells which one it was. */
  CompletableFuture<MoveStep> advance(MoveOperation move, ClusterMap map);

  /** Has a node delete its replica of a partition that it is no member of. */
  CompletableFuture<Void> drop(NodeId node, PartitionId partition, long epoch);

  /** Has a command applied by the meta group; completes once it is. */
  CompletableFuture<Void> change(MetaCommand command);

  /** Told that a move has come to its end. */
  default void ended(MoveOperation move, MoveOperation.Outcome outcome) {}

  /** Told of a step that was taken. */
  default void advanced(MoveOperation move, MoveStep step) {}

  /** Told that a step failed; the next sweep tries again. */
  default void failed(MoveOperation move, Throwable failure) {}

  /** Told that a damaged replica is to leave, or why not yet. */
  default void rebuilding(BeginRebuild rebuild, @Nullable Throwable failure) {}

  /** Told that a node has deleted, or could not delete, what it is no member of. */
  default void dropped(NodeId node, PartitionId partition, @Nullable Throwable failure) {}
}
