package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.NodeRoster.Standing;
import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** How evenly the leaders' load lies on the nodes that serve, worked out without the planner. */
final class BalanceChecks {
  private static final double BAND = 0.1;

  private final ClusterView view;
  private final PlannerOptions options;
  private final TreeMap<NodeId, Double> carried = new TreeMap<>();
  private final TreeMap<NodeId, List<Double>> led = new TreeMap<>();
  private final double mean;

  BalanceChecks(ClusterView view, PlannerOptions options) {
    this.view = view;
    this.options = options;
    NodeRoster roster = new NodeRoster(view, options);
    view.nodes().stream()
        .filter(node -> roster.standing(roster.numberOf(node.id())) == Standing.SERVING)
        .forEach(node -> carried.put(node.id(), 0.0));
    for (PartitionView partition : view.partitions()) {
      double units = options.weights().leaderUnits(partition.load().current());
      if (partition.leader() != null) {
        carried.merge(partition.leader(), units, Double::sum);
        led.computeIfAbsent(partition.leader(), none -> new ArrayList<>()).add(units);
      }
    }
    mean = carried.values().stream().mapToDouble(each -> each).average().orElse(0);
  }

  /** By how much the busiest node is above the mean, as a share of the mean. */
  double worstExcess() {
    return carried.values().stream().mapToDouble(each -> each / mean - 1).max().orElse(0);
  }

  /** How many nodes lead more, or less, than the band allows. */
  long outsideCount() {
    return carried.values().stream().filter(each -> Math.abs(each / mean - 1) > BAND).count();
  }

  /**
   * Nodes of equal size: outside the band only where no single partition, moved from a heavier to a
   * lighter node, would even them out.
   */
  void check() {
    for (NodeId from : carried.keySet()) {
      for (NodeId to : carried.keySet()) {
        double heavy = carried.get(from);
        double light = carried.get(to);
        if (heavy <= mean * (1 + BAND) && light >= mean * (1 - BAND)) {
          continue;
        }
        for (double units : led.getOrDefault(from, List.of())) {
          if (heavy - light - units > options.leaders().slack() * (1.25 * mean + 4 * units)) {
            throw new AssertionError(
                from
                    + " leads "
                    + heavy
                    + ", "
                    + to
                    + " "
                    + light
                    + ", mean "
                    + mean
                    + ", and a partition of "
                    + units
                    + " could move");
          }
        }
      }
    }
  }

  long partitionCount() {
    return view.partitions().size();
  }
}
