package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.command.MembershipChange.AbandonMove;
import dev.holdfast.protocol.command.MembershipChange.BeginRebuild;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Has damaged replicas rebuilt from their peers (replication.md C1, decision 0032): decides that
 * one leaves its group. The rest is done by others, who do it for any node without a replica: the
 * move is carried out, what is on the disk is deleted, and a partition that has too few replicas is
 * given another one.
 *
 * <ul>
 *   <li>Only the minority of a partition is rebuilt (C2): without a majority nobody knows whose
 *       state is right, and nothing is done.
 *   <li>One replica of a partition at a time (invariant 10).
 *   <li>A move whose new replica is damaged is given up.
 * </ul>
 *
 * <p>Thread-safe. One sweep at a time; keeps nothing between sweeps.
 */
public final class DamageReconciler {
  private final MoveControl control;
  private final Sweeps sweeps = new Sweeps(this::sweep);

  public DamageReconciler(MoveControl control) {
    this.control = control;
  }

  /** Sweeps now, or once more after the sweep that is running. */
  public void trigger() {
    sweeps.trigger();
  }

  /** Completes when all that can be decided is decided; never fails. */
  CompletableFuture<Void> sweep() {
    // In this order: a replica that was damaged before the map was read may be gone by now, and
    // then its partition has another epoch, which the command is refused for.
    return control
        .map()
        .thenCompose(
            map ->
                control
                    .membership()
                    .thenCompose(
                        membership ->
                            control
                                .statuses()
                                .thenCompose(
                                    statuses ->
                                        membership
                                            .map(known -> decide(map, known, statuses))
                                            .orElseGet(
                                                () -> CompletableFuture.completedFuture(null)))))
        .exceptionally(notLeading -> null);
  }

  private CompletableFuture<Void> decide(
      ClusterMap map, Membership membership, List<NodeStatus> statuses) {
    return CompletableFuture.allOf(
        Stream.concat(
                due(map, membership, statuses).stream().map(this::begin),
                spoilt(membership, statuses).stream().map(this::abandon))
            .toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> begin(BeginRebuild rebuild) {
    return control
        .change(new MetaCommand.Membership(rebuild))
        .handle(
            (done, failure) -> {
              control.rebuilding(rebuild, failure);
              return null;
            });
  }

  private CompletableFuture<Void> abandon(AbandonMove move) {
    return control.change(new MetaCommand.Membership(move)).exceptionally(failure -> null);
  }

  /**
   * Moves whose new replica is damaged: they would wait for it for ever. Its node must not begin
   * with another one before it is known that this one has no vote (C1).
   */
  static List<AbandonMove> spoilt(Membership membership, List<NodeStatus> statuses) {
    return membership.moves().stream()
        .filter(move -> !move.givenUp() && move.add() != null)
        .filter(
            move ->
                statuses.stream()
                    .filter(status -> status.node().equals(move.add()))
                    .anyMatch(status -> isDamaged(move.before().id(), status)))
        .map(move -> new AbandonMove(move.before().id(), move.before().epoch()))
        .toList();
  }

  /** What is damaged, has a majority beside it, and is not about to change. */
  static List<BeginRebuild> due(ClusterMap map, Membership membership, List<NodeStatus> statuses) {
    List<BeginRebuild> due = new ArrayList<>();
    Stream.concat(Stream.of(membership.meta()), map.partitions().stream())
        .filter(partition -> membership.moveOf(partition.id()).isEmpty())
        .forEach(
            partition -> {
              List<NodeId> damaged = damaged(partition, statuses);
              boolean isMinority = 2 * damaged.size() < partition.replicas().size();
              if (!damaged.isEmpty() && isMinority) {
                due.add(new BeginRebuild(partition.id(), partition.epoch(), damaged.get(0)));
              }
            });
    return due;
  }

  private static List<NodeId> damaged(ClusterMap.Partition partition, List<NodeStatus> statuses) {
    return statuses.stream()
        .filter(status -> partition.replicas().contains(status.node()))
        .filter(status -> isDamaged(partition.id(), status))
        .map(NodeStatus::node)
        .toList();
  }

  private static boolean isDamaged(PartitionId partition, NodeStatus status) {
    return status.replicas().stream()
        .anyMatch(
            replica ->
                replica.partition().equals(partition) && replica.role() == NodeStatus.Role.DAMAGED);
  }
}
