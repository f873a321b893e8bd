package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.NodeRoster.Standing;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives every partition the voters it should have: replaces lost ones, empties nodes that are to
 * leave, removes what is too many.
 *
 * <p>A voter is removed only while as many others as are wanted are live and up to date.
 */
final class Repairs {
  private final Round round;
  private final List<Finding> findings = new ArrayList<>();

  Repairs(Round round) {
    this.round = round;
  }

  List<Finding> plan() {
    List<Integer> incomplete = new ArrayList<>();
    List<Integer> leaving = new ArrayList<>();
    for (int p = 0; p < round.partitionCount(); p++) {
      int replicaCount = round.replicas(p).length;
      if (upCount(p) <= replicaCount / 2) {
        findings.add(new Finding.NoQuorum(round.partition(p).id(), upCount(p), replicaCount));
      } else if (round.isFree(p) && replicaCount > round.wantedCount()) {
        removeOne(p);
      } else if (round.isFree(p) && isIncomplete(p)) {
        incomplete.add(p);
      } else if (round.isFree(p) && has(p, Standing.LEAVING)) {
        leaving.add(p);
      }
    }
    incomplete.forEach(this::addOne);
    leaving.forEach(this::addOne);
    return findings;
  }

  private boolean isIncomplete(int p) {
    return round.replicas(p).length < round.wantedCount() || has(p, Standing.LOST);
  }

  private int upCount(int p) {
    int up = 0;
    for (int node : round.replicas(p)) {
      up += round.roster.isUp(node) ? 1 : 0;
    }
    return up;
  }

  private boolean has(int p, Standing standing) {
    for (int node : round.replicas(p)) {
      if (round.roster.standing(node) == standing) {
        return true;
      }
    }
    return false;
  }

  private void removeOne(int p) {
    int departing = round.departing(p);
    if (departing == Round.NOBODY || departing == round.leader(p)) {
      handOver(p);
    } else if (readyWithout(p, departing) >= round.wantedCount()) {
      round.removeReplica(p, departing);
    }
  }

  /** The leader is the one to go: it must not lead any more then. The newest voter comes first. */
  private void handOver(int p) {
    for (int i = round.replicas(p).length - 1; i >= 0; i--) {
      if (round.mayLead(p, i)) {
        round.transfer(p, round.replicas(p)[i]);
        return;
      }
    }
  }

  private int readyWithout(int p, int departing) {
    int ready = 0;
    for (int i = 0; i < round.replicas(p).length; i++) {
      ready += round.replicas(p)[i] != departing && round.isReady(p, i) ? 1 : 0;
    }
    return ready;
  }

  private void addOne(int p) {
    int limit = round.options.replicas().transfersPerNodeMax();
    boolean spareExists = false;
    for (int node : round.replicaScales.lightestFirst()) {
      round.weighed(1);
      if (round.roster.standing(node) != Standing.SERVING || round.holds(p, node)) {
        continue;
      }
      spareExists = true;
      if (round.budgets().replicasSent(round.leader(p)) >= limit) {
        return;
      }
      if (round.budgets().replicasReceived(node) < limit) {
        round.addReplica(p, node);
        return;
      }
    }
    int upCount = upCount(p);
    if (!spareExists && upCount < round.wantedCount()) {
      findings.add(
          new Finding.UnderReplicated(round.partition(p).id(), upCount, round.wantedCount()));
    }
  }
}
