package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.Plan.Verdict;
import dev.holdfast.partition.placement.shape.MergePairs;
import dev.holdfast.partition.placement.shape.SplitDecider;
import dev.holdfast.partition.placement.view.ClusterView;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides what should happen next in a cluster: what is split, merged, led and held where.
 *
 * <p>It remembers nothing: a view and options give the same plan wherever and whenever it is made,
 * so another controller goes on where the last one stopped. Cost grows with partitions times the
 * logarithm of nodes. The order of the plan is that of urgency: first what serves badly and takes
 * no time to mend, then what endangers data, then what could be better.
 */
public final class Planner {
  private Planner() {}

  public static Plan plan(ClusterView view, PlannerOptions options) {
    List<MergePairs.Pair> pairs = new MergePairs(view, options.merge(), options.weights()).find();
    AlignmentWishes wishes = new AlignmentWishes(view.partitions().size(), pairs);
    Round round = new Round(view, options, wishes);
    List<Finding> findings = new ArrayList<>(round.roster.refusals());
    LeaderBalance leaders = new LeaderBalance(round);
    leaders.evacuate();
    findings.addAll(new Repairs(round).plan());
    Reshaping reshaping = new Reshaping(round);
    List<Verdict> verdicts = reshaping.split(splitDecider(view, options, round));
    reshaping.merge(pairs);
    leaders.balance();
    new ReplicaBalance(round).plan();
    return new Plan(round.steps(), verdicts, findings, round.workCount());
  }

  private static SplitDecider splitDecider(ClusterView view, PlannerOptions options, Round round) {
    return new SplitDecider(
        new SplitDecider.Surroundings(
            view.nowMicros(),
            nodeUnitsMean(round),
            round.replicaCount() / round.cores(),
            round.busyReplicaCount(options.split().busyUnits()) / round.cores(),
            round.cores(),
            view.indexedTables()),
        options.split(),
        options.weights());
  }

  /** Where one node leads everything, no split evens anything out. */
  private static double nodeUnitsMean(Round round) {
    int memberCount = round.leaderScales.lightestFirst().size();
    double total = 0;
    for (int p = 0; p < round.partitionCount(); p++) {
      total += round.leader(p) == Round.NOBODY ? 0 : round.units(p);
    }
    return memberCount < 2 ? Double.POSITIVE_INFINITY : total / memberCount;
  }
}
