package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.partition.placement.view.NodeView.Pace;
import dev.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;

/**
 * The nodes by number, zero-based in the order of the view, and what each may be used for.
 *
 * <p>One more number, {@link #count} itself, stands for every node that is not listed: it is lost.
 */
final class NodeRoster {
  /** What a node may be used for. */
  enum Standing {
    /** Anything. */
    SERVING,
    /** Replicas, but no leaders. */
    SLOW,
    /** It keeps what it has until that is elsewhere. */
    LEAVING,
    /** It may come back. */
    DEAD,
    /** It is given up. */
    LOST
  }

  private static final long NANOS_PER_MICRO = 1_000;

  private final List<NodeView> nodes;
  private final Standing[] standings;
  private final double overloadedAbove;

  /** Looked up, never iterated. */
  private final HashMap<NodeId, Integer> numbers = new HashMap<>();

  private final List<Finding> refusals = new ArrayList<>();

  NodeRoster(ClusterView view, PlannerOptions options) {
    nodes = view.nodes();
    standings = new Standing[nodes.size() + 1];
    long deadMicros = options.replicas().deadAfter().toNanos() / NANOS_PER_MICRO;
    boolean slowCounts = slowCounts(options.leaders().slowNodesShareMax());
    for (int i = 0; i < nodes.size(); i++) {
      numbers.put(nodes.get(i).id(), i);
      standings[i] = standing(nodes.get(i), view.nowMicros() - deadMicros, slowCounts);
    }
    standings[nodes.size()] = Standing.LOST;
    overloadedAbove = Math.max(options.leaders().cpuShareMax(), meanCpuShare());
    letLeave(options.replicaCount());
  }

  /** Of those that serve; where all are busy alike, none is too busy. */
  private double meanCpuShare() {
    return nodes.stream()
        .filter(NodeRoster::isLive)
        .mapToDouble(NodeView::cpuShare)
        .average()
        .orElse(0);
  }

  private boolean slowCounts(double shareMax) {
    long live = nodes.stream().filter(NodeRoster::isLive).count();
    long slow = nodes.stream().filter(node -> isLive(node) && node.pace() == Pace.SLOW).count();
    return slow <= live * shareMax;
  }

  private static boolean isLive(NodeView node) {
    return !(node.state() instanceof NodeView.Dead);
  }

  private static Standing standing(NodeView node, long lostBeforeMicros, boolean slowCounts) {
    if (node.state() instanceof NodeView.Dead dead) {
      return dead.sinceMicros() <= lostBeforeMicros ? Standing.LOST : Standing.DEAD;
    }
    return node.pace() == Pace.SLOW && slowCounts ? Standing.SLOW : Standing.SERVING;
  }

  /** Who asked first leaves first, as long as enough stay behind. */
  private void letLeave(int replicaCount) {
    int liveCount = (int) nodes.stream().filter(NodeRoster::isLive).count();
    List<NodeView> leaving =
        nodes.stream()
            .filter(node -> node.state() instanceof NodeView.Decommissioning)
            .sorted(Comparator.comparingLong(NodeRoster::leavingSince).thenComparing(NodeView::id))
            .toList();
    for (NodeView node : leaving) {
      if (liveCount - 1 >= replicaCount) {
        liveCount--;
        standings[numberOf(node.id())] = Standing.LEAVING;
      } else {
        refusals.add(new Finding.DecommissionRefused(node.id(), liveCount - 1, replicaCount));
      }
    }
  }

  private static long leavingSince(NodeView node) {
    return node.state() instanceof NodeView.Decommissioning leaving ? leaving.sinceMicros() : 0;
  }

  /** Listed nodes. */
  int count() {
    return nodes.size();
  }

  int numberOf(NodeId id) {
    return numbers.getOrDefault(id, nodes.size());
  }

  NodeId id(int node) {
    return nodes.get(node).id();
  }

  double cores(int node) {
    return node == nodes.size() ? 1 : nodes.get(node).cores();
  }

  /** Whether it is too busy to take more, and others are less so. */
  boolean isOverloaded(int node) {
    return nodes.get(node).cpuShare() > overloadedAbove;
  }

  Standing standing(int node) {
    return standings[node];
  }

  boolean isUp(int node) {
    return standings[node] != Standing.DEAD && standings[node] != Standing.LOST;
  }

  /** Nodes that could not be let go. */
  List<Finding> refusals() {
    return refusals;
  }
}
