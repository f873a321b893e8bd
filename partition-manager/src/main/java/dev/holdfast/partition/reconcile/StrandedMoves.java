package dev.holdfast.partition.reconcile;

import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.protocol.command.MembershipChange.AbandonMove;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves that wait for a node which does not come back: they are given up, so that another node can
 * be chosen. Until then nothing else may change the partition (invariant 10). A pure function.
 */
final class StrandedMoves {
  private StrandedMoves() {}

  /**
   * @param nodes as of that moment
   * @param deadAfter for how long a node does not answer before it counts as lost
   */
  static List<AbandonMove> of(
      long nowMicros, List<NodeView> nodes, Membership membership, Duration deadAfter) {
    Map<NodeId, NodeView> byId = new HashMap<>();
    nodes.forEach(node -> byId.put(node.id(), node));
    long deadBefore = nowMicros - deadAfter.toNanos() / 1000;
    return membership.moves().stream()
        .filter(move -> !move.givenUp() && addsOneLost(move, byId, deadBefore))
        .map(move -> new AbandonMove(move.before().id(), move.before().epoch()))
        .toList();
  }

  private static boolean addsOneLost(
      MoveOperation move, Map<NodeId, NodeView> nodes, long deadBefore) {
    NodeId added = move.add();
    NodeView node = added == null ? null : nodes.get(added);
    return node != null
        && node.state() instanceof NodeView.Dead dead
        && dead.sinceMicros() <= deadBefore;
  }
}
