package dev.holdfast.statemachine.model.lease;

import static dev.holdfast.statemachine.model.lease.Groups.CHILD;
import static dev.holdfast.statemachine.model.lease.Groups.NODES;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model;
import dev.holdfast.statemachine.model.lease.LeaseSetting.Feature;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes with an abstract Raft, and the rules of the lease on it.
 *
 * <p>A vote or an append and its answer are one step; what arrives late is an answer to a leader
 * who learns of it late (applies late), a leader that is deposed and does not know, votes that a
 * candidate counts late. That is all a late message can do here: one of a former term is refused.
 */
final class LeaseModel implements Model {
  private final LeaseSetting setting;
  private final Groups groups;
  private final Clocks clocks;

  LeaseModel(LeaseSetting setting) {
    this.setting = setting;
    this.groups = new Groups(setting);
    this.clocks = new Clocks(setting.flaw());
  }

  private boolean has(LeaseFlaw flaw) {
    return setting.flaw() == flaw;
  }

  @Override
  public Cells start() {
    return groups.start();
  }

  @Override
  public @Nullable String wrong(Cells state) {
    return Groups.isStale(state) ? "a stale read" : null;
  }

  @Override
  public void steps(Cells from, Steps steps) {
    for (int group = 0; group < setting.groupCount(); group++) {
      for (int node = 0; node < NODES; node++) {
        if (groups.isActive(from, group, node)) {
          Raft raft = new Raft(setting, groups, group);
          raft.steps(from, node, steps);
          answers(from, group, node, steps);
        }
      }
    }
    if (!setting.has(Feature.TIMELESS)) {
      tick(from, Clocks.NOBODY, steps);
    }
    for (int node = 0; setting.has(Feature.SUSPENSION) && node < NODES; node++) {
      tick(from, node, steps);
    }
  }

  private void tick(Cells from, int suspended, Steps steps) {
    Cells next = from.copy();
    for (int group = 0; group < setting.groupCount(); group++) {
      for (int node = 0; node < NODES; node++) {
        Replica replica = groups.replica(next, group, node);
        int units = Clocks.units(node, suspended);
        replica.waitUnits(Math.max(0, replica.waitUnits() - units));
        replica.proof(clocks.older(replica.proof(), units));
        for (int place = 0; place < setting.bounds(group).logMax(); place++) {
          replica.age(place, clocks.older(replica.age(place), units));
        }
      }
    }
    if (suspended == Clocks.NOBODY) {
      steps.to(next, "a tick");
    } else {
      steps.to(next, "a tick while # stands still", suspended);
    }
  }

  /** What a node tells clients and other replicas. */
  private void answers(Cells from, int group, int node, Steps steps) {
    Replica leader = groups.replica(from, group, node);
    boolean waited = leader.waitUnits() == 0;
    int version = groups.version(from, group, node, leader.applied());
    if (leader.isReady()
        && version > Groups.told(from)
        && (waited || has(LeaseFlaw.RESULTS_DURING_THE_WAIT))) {
      Cells next = from.copy();
      Groups.tell(next, version);
      steps.to(next, "group # at # tells results", group, node);
    }
    boolean leased = leader.isReady() && leader.proof() != 0;
    if (leased && waited) {
      Cells next = from.copy();
      read(next, group, node);
      steps.to(next, "group # at # reads", group, node);
    }
    if (leased
        && setting.has(Feature.ANY_REPLICA)
        && (waited || has(LeaseFlaw.INDEX_DURING_THE_WAIT))) {
      Cells next = from.copy();
      int index = has(LeaseFlaw.READ_WHAT_IS_APPLIED) ? leader.applied() : leader.commit();
      Groups.name(next, group, leader.term(), index);
      steps.to(next, "group # at # names index #", group, node, index);
    }
    if (setting.has(Feature.ANY_REPLICA)
        && version > Groups.told(from)
        && mayServe(from, group, leader)) {
      Cells next = from.copy();
      Groups.tell(next, version);
      steps.to(next, "group # at # serves at a named index", group, node);
    }
  }

  private void read(Cells next, int group, int node) {
    Replica leader = groups.replica(next, group, node);
    int seen = has(LeaseFlaw.READ_WHAT_IS_APPLIED) ? leader.applied() : leader.commit();
    if (group == CHILD || Groups.splitAt(leader, seen) < 0) { // else the child is asked
      Groups.read(next, groups.version(next, group, node, seen));
    }
  }

  private boolean mayServe(Cells from, int group, Replica replica) {
    for (int term = 1; term <= setting.bounds(group).termMax(); term++) {
      int named = Groups.named(from, group, term);
      boolean thisTerm = term == replica.term() || has(LeaseFlaw.INDEX_OF_ANOTHER_TERM);
      if (thisTerm && named != 0 && replica.applied() >= named - 1) {
        return true;
      }
    }
    return false;
  }
}
