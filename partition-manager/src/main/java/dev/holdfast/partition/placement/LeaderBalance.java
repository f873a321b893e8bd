package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.NodeRoster.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * Moves leaders: at once away from nodes that are slow or to be emptied, and gradually so that
 * every node leads its share of the load.
 *
 * <p>Every move for balance lowers the sum on the scales, so with steady load the moves end. Where
 * no voter of a heavy node's partitions is on a light one, it adds one there; the leader follows
 * once it has caught up, and {@link Repairs} removes what is then too many.
 */
final class LeaderBalance {
  /** How many nodes from the other end of the scales are looked at to place a replica. */
  private static final int PARTNER_COUNT_MAX = 8;

  private final Round round;
  private final PlannerOptions.Leaders options;

  /** The best move found so far. */
  private int bestPartition;

  private int bestNode;
  private double bestGain;

  LeaderBalance(Round round) {
    this.round = round;
    this.options = round.options.leaders();
  }

  /** Leaders that must not stay where they are, the busiest first. */
  void evacuate() {
    for (int node = 0; node < round.roster.count(); node++) {
      Standing standing = round.roster.standing(node);
      if (standing != Standing.SLOW && standing != Standing.LEAVING) {
        continue;
      }
      List<Integer> led = new ArrayList<>();
      for (int p : round.ledBy(node)) {
        led.add(p);
      }
      led.sort(Comparator.comparingDouble((Integer p) -> -round.units(p)));
      for (int p : led) {
        if (round.budgets().leadersGiven(node) >= options.evacuationsPerNodeMax()) {
          break;
        }
        evacuate(p);
      }
    }
  }

  private void evacuate(int p) {
    if (!round.isFree(p)) {
      return;
    }
    int best = Round.NOBODY;
    for (int i = 0; i < round.replicas(p).length; i++) {
      int node = round.replicas(p)[i];
      round.weighed(1);
      if (round.mayLead(p, i)
          && round.budgets().leadersTaken(node) < options.evacuationsPerNodeMax()
          && (best == Round.NOBODY
              || round.leaderScales.relative(node) < round.leaderScales.relative(best))) {
        best = node;
      }
    }
    if (best != Round.NOBODY) {
      round.transfer(p, best);
    }
  }

  /** The heaviest nodes give first, then the lightest take. */
  void balance() {
    List<Integer> lightestFirst = new ArrayList<>(round.leaderScales.lightestFirst());
    for (int i = lightestFirst.size() - 1; i >= 0; i--) {
      relieve(lightestFirst.get(i));
    }
    for (int node : lightestFirst) {
      fill(node);
    }
  }

  private void relieve(int node) {
    while (round.leaderScales.isHeavy(node, options.tolerance())
        && round.budgets().leadersGiven(node) < options.movesPerNodeMax()) {
      reset();
      for (int p : round.ledBy(node)) {
        considerTargets(p);
      }
      if (bestPartition == Round.NOBODY) {
        if (round.leaderScales.isHeavy(node, 2 * options.tolerance())) {
          placeElsewhere(node);
        }
        return;
      }
      round.transfer(bestPartition, bestNode);
    }
  }

  private void considerTargets(int p) {
    if (!round.mayMoveLeader(p)) {
      return;
    }
    for (int i = 0; i < round.replicas(p).length; i++) {
      if (round.mayLead(p, i)) {
        considerTransfer(p, round.replicas(p)[i]);
      }
    }
  }

  private void fill(int node) {
    while (round.leaderScales.isLight(node, options.tolerance())
        && round.budgets().leadersTaken(node) < options.movesPerNodeMax()) {
      reset();
      for (int p : round.heldBy(node)) {
        if (round.mayMoveLeader(p) && mayLead(p, node)) {
          considerTransfer(p, node);
        }
      }
      if (bestPartition == Round.NOBODY) {
        if (round.leaderScales.isLight(node, 2 * options.tolerance())) {
          bringHere(node);
        }
        return;
      }
      round.transfer(bestPartition, bestNode);
    }
  }

  private boolean mayLead(int p, int node) {
    for (int i = 0; i < round.replicas(p).length; i++) {
      if (round.replicas(p)[i] == node) {
        return round.mayLead(p, i);
      }
    }
    return false;
  }

  private void considerTransfer(int p, int to) {
    int from = round.leader(p);
    if (round.budgets().leadersGiven(from) < options.movesPerNodeMax()
        && round.budgets().leadersTaken(to) < options.movesPerNodeMax()) {
      consider(p, to);
    }
  }

  private void consider(int p, int to) {
    round.weighed(1);
    double gain = round.leaderScales.gain(round.leader(p), to, round.units(p), options.slack());
    if (gain > bestGain) {
      bestPartition = p;
      bestNode = to;
      bestGain = gain;
    }
  }

  /** Gives one of the node's busiest partitions a voter on a light node. */
  private void placeElsewhere(int node) {
    reset();
    walk(round.leaderScales.lightestFirst().iterator(), light -> considerAdding(node, light));
    addBest();
  }

  /** Gives one of the busiest partitions of a heavy node a voter on this one. */
  private void bringHere(int node) {
    reset();
    walk(
        round.leaderScales.lightestFirst().descendingIterator(),
        heavy -> considerAdding(heavy, node));
    addBest();
  }

  private static void walk(Iterator<Integer> nodes, java.util.function.IntConsumer visit) {
    for (int i = 0; i < PARTNER_COUNT_MAX && nodes.hasNext(); i++) {
      visit.accept(nodes.next());
    }
  }

  /** One at a time to and from each node: its leader moves later, and then the scales look new. */
  private void considerAdding(int from, int to) {
    if (from == to
        || round.budgets().replicasReceived(to) > 0
        || round.budgets().replicasSent(from) > 0
        || round.roster.isOverloaded(to)) {
      return;
    }
    for (int p : round.ledBy(from)) {
      if (round.mayMoveReplicas(p) && round.mayMoveLeader(p) && !round.holds(p, to)) {
        consider(p, to);
      }
    }
  }

  private void addBest() {
    if (bestPartition != Round.NOBODY) {
      round.addReplica(bestPartition, bestNode);
    }
  }

  private void reset() {
    bestPartition = Round.NOBODY;
    bestNode = Round.NOBODY;
    bestGain = 0;
  }
}
