package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.Plan.Verdict;
import dev.holdfast.partition.placement.shape.MergePairs;
import dev.holdfast.partition.placement.shape.SplitDecider;
import dev.holdfast.partition.placement.shape.SplitVerdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Turns verdicts into splits and pairs into merges, as far as the leaders' nodes have time. */
final class Reshaping {
  /** Splits and merges that one node leads at a time: each costs a flush and an election. */
  private static final int PER_NODE_MAX = 1;

  private final Round round;

  Reshaping(Round round) {
    this.round = round;
  }

  /** Splits the busiest first. */
  List<Verdict> split(SplitDecider decider) {
    List<Verdict> verdicts = new ArrayList<>(round.partitionCount());
    List<Integer> cuts = new ArrayList<>();
    for (int p = 0; p < round.partitionCount(); p++) {
      SplitVerdict verdict = decider.decide(round.partition(p), round.readyCount(p));
      round.weighed(1);
      if (verdict instanceof SplitVerdict.Cut) {
        cuts.add(p);
      }
      verdicts.add(new Verdict(round.partition(p).id(), verdict));
    }
    cuts.sort(Comparator.comparingDouble((Integer p) -> -round.units(p)));
    for (int p : cuts) {
      boolean free = round.isFree(p) && hasTime(p);
      if (free && verdicts.get(p).verdict() instanceof SplitVerdict.Cut cut) {
        round.split(p, cut.key());
      } else {
        verdicts.set(p, new Verdict(round.partition(p).id(), new SplitVerdict.WaitsItsTurn()));
      }
    }
    return verdicts;
  }

  private boolean hasTime(int p) {
    return round.budgets().reshapings(round.leader(p)) < PER_NODE_MAX;
  }

  /** Merges pairs that are together, and brings the others a step closer. */
  void merge(List<MergePairs.Pair> pairs) {
    for (MergePairs.Pair pair : pairs) {
      int left = pair.left();
      int right = pair.right();
      if (!round.isFree(left) || !round.isFree(right) || !allReady(left) || !allReady(right)) {
        continue;
      }
      if (pair.placement() == MergePairs.Placement.APART) {
        align(left, right);
      } else if (hasTime(left) && hasTime(right)) {
        round.merge(left, right);
      }
    }
  }

  private boolean allReady(int p) {
    return round.readyCount(p) == round.replicas(p).length;
  }

  /** The right one gets a voter where the left one has one; {@link Repairs} removes another. */
  private void align(int left, int right) {
    int limit = round.options.replicas().transfersPerNodeMax();
    if (round.replicas(right).length > round.wantedCount()
        || round.budgets().replicasSent(round.leader(right)) >= limit) {
      return;
    }
    for (int node : round.replicas(left)) {
      if (!round.holds(right, node)
          && round.roster.standing(node) == NodeRoster.Standing.SERVING
          && round.budgets().replicasReceived(node) < limit) {
        round.addReplica(right, node);
        return;
      }
    }
  }
}
