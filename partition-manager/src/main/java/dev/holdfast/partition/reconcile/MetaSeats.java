package dev.holdfast.partition.reconcile;

import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.protocol.command.MembershipChange.BeginMove;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the meta group: the planner places partitions of the map, and this is none. A member
 * that is to leave, or has been dead for long, is replaced by a node that stays; one at a time.
 */
final class MetaSeats {
  private MetaSeats() {}

  static Optional<BeginMove> next(ClusterView view, Membership membership, Duration deadAfter) {
    ClusterMap.Partition meta = membership.meta();
    if (membership.moveOf(meta.id()).isPresent()) {
      return Optional.empty();
    }
    Map<NodeId, NodeView> nodes = new HashMap<>();
    view.nodes().forEach(node -> nodes.put(node.id(), node));
    List<NodeId> members = meta.replicas();
    Optional<NodeId> free =
        view.nodes().stream()
            .filter(node -> node.state() instanceof NodeView.Live)
            .map(NodeView::id)
            .filter(node -> !members.contains(node))
            .findFirst();
    if (free.isPresent() && members.size() < membership.replicaCount()) {
      return Optional.of(new BeginMove(meta.id(), meta.epoch(), free.get(), null));
    }
    long deadBefore = view.nowMicros() - deadAfter.toNanos() / 1000;
    return members.stream()
        .filter(member -> isToGo(nodes.get(member), deadBefore))
        .findFirst()
        .flatMap(member -> free.map(node -> new BeginMove(meta.id(), meta.epoch(), node, member)));
  }

  private static boolean isToGo(@Nullable NodeView node, long deadBefore) {
    return node == null
        || node.state() instanceof NodeView.Decommissioning
        || (node.state() instanceof NodeView.Dead dead && dead.sinceMicros() <= deadBefore);
  }
}
