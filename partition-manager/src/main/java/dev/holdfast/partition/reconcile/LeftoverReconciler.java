package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Has nodes delete replicas of partitions that they are no members of: the end of a move, also for
 * a node that was dead when it was replaced and comes back (replication.md S2, C1).
 *
 * <p>A partition that the map does not have is left alone: it may be the child of a split that is
 * not finished.
 *
 * <p>Thread-safe. One sweep at a time; keeps nothing between sweeps.
 */
public final class LeftoverReconciler {
  private final MoveControl control;
  private final Sweeps sweeps = new Sweeps(this::sweep);

  /**
   * A replica that should not be.
   *
   * @param epoch at which the node is no member
   */
  record Leftover(NodeId node, PartitionId partition, long epoch) {}

  public LeftoverReconciler(MoveControl control) {
    this.control = control;
  }

  /** Sweeps now, or once more after the sweep that is running. */
  public void trigger() {
    sweeps.trigger();
  }

  /** Completes when every node has been asked to delete what it should not have; never fails. */
  CompletableFuture<Void> sweep() {
    // In this order: a replica that was there before somebody became a member is known by its
    // epoch, and a move that is over by now shows in the map.
    return control
        .statuses()
        .thenCompose(
            statuses ->
                control
                    .membership()
                    .thenCompose(
                        membership ->
                            control
                                .map()
                                .thenCompose(
                                    map ->
                                        membership
                                            .map(known -> dropAll(leftovers(map, known, statuses)))
                                            .orElseGet(
                                                () -> CompletableFuture.completedFuture(null)))))
        .exceptionally(notLeading -> null);
  }

  private CompletableFuture<Void> dropAll(List<Leftover> leftovers) {
    return CompletableFuture.allOf(
        leftovers.stream().map(this::drop).toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> drop(Leftover leftover) {
    return control
        .drop(leftover.node(), leftover.partition(), leftover.epoch())
        .handle(
            (done, failure) -> {
              control.dropped(leftover.node(), leftover.partition(), failure);
              return null;
            });
  }

  /** What nodes have, are no members of, and are not about to become members of. */
  static List<Leftover> leftovers(
      ClusterMap map, Membership membership, List<NodeStatus> statuses) {
    List<Leftover> leftovers = new ArrayList<>();
    for (NodeStatus status : statuses) {
      for (NodeStatus.Replica replica : status.replicas()) {
        PartitionId id = replica.partition();
        Optional<ClusterMap.Partition> partition =
            id.isMeta() ? Optional.of(membership.meta()) : map.partition(id);
        Optional<MoveOperation> move = membership.moveOf(id);
        boolean isJoining = move.isPresent() && status.node().equals(move.get().add());
        if (partition.isPresent()
            && !partition.get().replicas().contains(status.node())
            && !isJoining) {
          leftovers.add(new Leftover(status.node(), id, partition.get().epoch()));
        }
      }
    }
    return leftovers;
  }
}
