package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.NodeRoster.Standing;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Moves replicas from full nodes to empty ones, such as a node that has just joined, until every
 * node holds its share.
 *
 * <p>Only the first half of a move is planned here, the new voter; {@link Repairs} removes the old
 * one, on the fullest node, once the new one serves. Leaders stay: they would have to move first.
 */
final class ReplicaBalance {
  /** How many nodes from the other end of the scales are looked at. */
  private static final int PARTNER_COUNT_MAX = 3;

  private final Round round;
  private final PlannerOptions.Replicas options;

  /** The best move found so far. */
  private int bestPartition;

  private int bestNode;
  private double bestGain;

  ReplicaBalance(Round round) {
    this.round = round;
    this.options = round.options.replicas();
  }

  void plan() {
    List<Integer> lightestFirst = new ArrayList<>(round.replicaScales.lightestFirst());
    for (int i = lightestFirst.size() - 1; i >= 0; i--) {
      relieve(lightestFirst.get(i));
    }
    for (int node : lightestFirst) {
      fill(node);
    }
  }

  private void relieve(int node) {
    // what is planned to leave this node in one round is limited by what others may receive
    for (int moves = 0; moves < options.transfersPerNodeMax(); moves++) {
      if (!round.replicaScales.isHeavy(node, options.tolerance())) {
        return;
      }
      reset();
      walk(round.replicaScales.lightestFirst().iterator(), light -> consider(node, light));
      if (!addBest()) {
        return;
      }
    }
  }

  private void fill(int node) {
    while (round.replicaScales.isLight(node, options.tolerance())) {
      reset();
      walk(
          round.replicaScales.lightestFirst().descendingIterator(), heavy -> consider(heavy, node));
      if (!addBest()) {
        return;
      }
    }
  }

  private static void walk(Iterator<Integer> nodes, IntConsumer visit) {
    for (int i = 0; i < PARTNER_COUNT_MAX && nodes.hasNext(); i++) {
      visit.accept(nodes.next());
    }
  }

  private void consider(int from, int to) {
    if (from == to
        || round.roster.standing(to) != Standing.SERVING
        || round.budgets().replicasReceived(to) >= options.transfersPerNodeMax()) {
      return;
    }
    for (int p : round.heldBy(from)) {
      if (round.leader(p) == from || !round.mayMoveReplicas(p) || round.holds(p, to)) {
        continue;
      }
      round.weighed(1);
      double gain = round.replicaScales.gain(from, to, round.bytes(p), options.slack());
      if (gain > bestGain
          && round.budgets().replicasSent(round.leader(p)) < options.transfersPerNodeMax()
          && round.departingAfterOneMore(p) == from) {
        bestPartition = p;
        bestNode = to;
        bestGain = gain;
      }
    }
  }

  private boolean addBest() {
    if (bestPartition == Round.NOBODY) {
      return false;
    }
    round.addReplica(bestPartition, bestNode);
    return true;
  }

  private void reset() {
    bestPartition = Round.NOBODY;
    bestNode = Round.NOBODY;
    bestGain = 0;
  }
}
