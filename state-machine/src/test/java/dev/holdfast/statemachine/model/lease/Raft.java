package dev.holdfast.statemachine.model.lease;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model.Steps;
import dev.holdfast.statemachine.model.lease.LeaseSetting.Feature;
import dev.holdfast.statemachine.model.lease.Replica.Kind;

/** Elections, entries and what applying them means for a lease, in one group. */
final class Raft {
  private final LeaseSetting setting;
  private final Groups groups;
  private final int group;

  Raft(LeaseSetting setting, Groups groups, int group) {
    this.setting = setting;
    this.groups = groups;
    this.group = group;
  }

  private boolean has(LeaseFlaw flaw) {
    return setting.flaw() == flaw;
  }

  private Replica replica(Cells cells, int node) {
    return groups.replica(cells, group, node);
  }

  void steps(Cells from, int node, Steps steps) {
    Replica replica = replica(from, node);
    for (int other = 0; other < Groups.NODES; other++) {
      if (other != node && groups.isActive(from, group, other)) {
        elect(from, replica, replica(from, other), steps);
        replicate(from, replica, replica(from, other), steps);
      }
    }
    if (replica.role() == Replica.ELECTED && replica.hasRoom()) {
      Cells next = from.copy();
      takeOffice(next, node);
      steps.to(next, "group # at # hears of its votes", group, node);
    }
    if (replica.leads()) {
      submit(from, replica, steps);
      if (setting.has(Feature.RELINQUISH)) {
        prepareRelinquish(from, replica, steps);
      }
    }
    if (replica.prepared() != 0) {
      relinquish(from, replica, steps);
    }
    learn(from, replica, steps);
  }

  private void elect(Cells from, Replica candidate, Replica voter, Steps steps) {
    int term = Math.max(candidate.term(), voter.term()) + 1;
    boolean upToDate =
        candidate.lastTerm() > voter.lastTerm()
            || (candidate.lastTerm() == voter.lastTerm() && candidate.length() >= voter.length());
    if (candidate.leads()
        || !upToDate
        || !candidate.hasRoom()
        || !setting.bounds(group).mayLead(candidate.node, term)) {
      return;
    }
    Cells next = from.copy();
    replica(next, candidate.node).follow(term, keepsAges());
    replica(next, voter.node).follow(term, keepsAges());
    replica(next, candidate.node).elected(Clocks.D_UNITS);
    if (!setting.has(Feature.LATE_OFFICE)) {
      takeOffice(next, candidate.node);
    }
    steps.to(next, "group #: # is elected by # to term #", group, candidate.node, voter.node, term);
  }

  private boolean keepsAges() {
    return has(LeaseFlaw.ENTRY_OF_ANOTHER_TERM_PROVES);
  }

  private void takeOffice(Cells next, int node) {
    Replica leader = replica(next, node);
    int units = has(LeaseFlaw.WAIT_FROM_THE_CANDIDACY) ? leader.waitUnits() : Clocks.D_UNITS;
    boolean atOnce = has(LeaseFlaw.NO_WAIT) || wasRelinquished(leader) || mayLeadChild(next, node);
    leader.lead(atOnce ? 0 : units, has(LeaseFlaw.FIRST_ENTRY_PROVES) ? Clocks.NEW : 0);
  }

  /** L4: of the entries that are not a term's first, the last one. */
  private boolean wasRelinquished(Replica leader) {
    for (int place = leader.length() - 1; place >= 0; place--) {
      if (leader.is(place, Kind.RELINQUISH)
          || (leader.is(place, Kind.FOREIGN_RELINQUISH)
              && has(LeaseFlaw.RELINQUISH_OF_ANOTHER_TERM))) {
        return true;
      }
      if (!leader.is(place, Kind.FIRST) && !has(LeaseFlaw.RELINQUISH_NOT_LAST)) {
        return false;
      }
    }
    return false;
  }

  /** S4. */
  private boolean mayLeadChild(Cells next, int node) {
    if (group == Groups.PARENT) {
      return false;
    }
    boolean first = replica(next, node).length() == 0 || has(LeaseFlaw.CHILD_WITH_ENTRIES);
    return has(LeaseFlaw.CHILD_NEVER_WAITS) || (first && Groups.isPermitted(next, node));
  }

  private void replicate(Cells from, Replica leader, Replica follower, Steps steps) {
    if (!leader.leads() || (leader.term() < follower.term() && !has(LeaseFlaw.APPEND_AFTER_VOTE))) {
      return;
    }
    Cells next = from.copy();
    Replica to = replica(next, follower.node);
    if (leader.term() >= follower.term()) {
      to.follow(leader.term(), keepsAges());
    }
    to.take(leader);
    to.commit(Math.max(to.commit(), Math.min(leader.commit(), leader.length())));
    apply(next, to);
    Replica counting = replica(next, leader.node);
    counting.agreed(Math.max(counting.agreed(), leader.length()));
    steps.to(next, "group #: # has what # has", group, follower.node, leader.node);
  }

  /** A leader hears what others have; or applies what it knew to be committed. */
  private void learn(Cells from, Replica replica, Steps steps) {
    boolean news =
        replica.leads()
            && replica.agreed() > replica.commit()
            && replica.entryTerm(replica.agreed() - 1) == replica.term();
    if (news) {
      Cells next = from.copy();
      replica(next, replica.node).commit(replica.agreed());
      steps.to(next, "group # at # commits", group, replica.node);
    }
    if (replica.applied() < replica.commit()) {
      Cells next = from.copy();
      apply(next, replica(next, replica.node));
      steps.to(next, "group # at # applies", group, replica.node);
    }
  }

  private void apply(Cells next, Replica replica) {
    for (int place = replica.applied(); place < replica.commit(); place++) {
      replica.applied(place + 1);
      int age = has(LeaseFlaw.TIME_TAKEN_AT_APPLY) ? Clocks.NEW : replica.age(place);
      boolean own = replica.entryTerm(place) == replica.term() || keepsAges();
      if (replica.leads() && own && age != 0 && place >= replica.voided()) {
        replica.proof(Clocks.better(replica.proof(), age));
      }
      replica.age(place, 0);
      if (replica.is(place, Kind.RELINQUISH)
          && replica.leads()
          && replica.entryTerm(place) == replica.term()
          && !has(LeaseFlaw.LEASE_KEPT_WHILE_RELINQUISHING)) {
        replica.voided(place + 1);
        replica.proof(0);
      }
      if (replica.is(place, Kind.SPLIT)) {
        permit(next, replica, place);
      }
    }
  }

  /** S4: right after the split was applied. */
  private void permit(Cells next, Replica replica, int place) {
    boolean sameTerm =
        replica.entryTerm(place) == replica.term() || has(LeaseFlaw.PARENT_LEADER_OF_A_LATER_TERM);
    boolean waited = replica.waitUnits() == 0 || has(LeaseFlaw.PARENT_LEADER_DURING_ITS_WAIT);
    boolean leased = replica.proof() != 0 || has(LeaseFlaw.PARENT_LEADER_WITHOUT_LEASE);
    if (replica.leads() && sameTerm && waited && leased) {
      Groups.permit(next, replica.node);
    }
  }

  private void submit(Cells from, Replica leader, Steps steps) {
    if (!leader.hasRoom()) {
      return;
    }
    if (leader.count(Kind.WRITE) < setting.bounds(group).writeMax()) {
      Cells written = from.copy();
      replica(written, leader.node).append(Kind.WRITE, Clocks.NEW);
      steps.to(written, "group # at # submits a write", group, leader.node);
    }
    boolean whole = setting.groupCount() > 1 && group == Groups.PARENT;
    if (whole && Groups.splitAt(leader, leader.length()) < 0) {
      Cells split = from.copy();
      replica(split, leader.node).append(Kind.SPLIT, Clocks.NEW);
      steps.to(split, "# submits the split", leader.node);
    }
  }

  private void prepareRelinquish(Cells from, Replica leader, Steps steps) {
    boolean waited = leader.waitUnits() == 0 || has(LeaseFlaw.RELINQUISH_DURING_THE_WAIT);
    boolean underWay = leader.voided() == Replica.UNTIL_RELINQUISHED;
    boolean tooEarly = !waited || (underWay && !has(LeaseFlaw.TWO_AT_A_TIME));
    if (leader.prepared() != 0 || !leader.isReady() || tooEarly) {
      return;
    }
    Cells next = from.copy();
    Replica changed = replica(next, leader.node);
    changed.prepared(leader.term());
    if (!has(LeaseFlaw.LEASE_KEPT_WHILE_RELINQUISHING)) {
      changed.proof(0);
      changed.voided(Replica.UNTIL_RELINQUISHED);
    }
    steps.to(next, "group # at # voids its lease", group, leader.node);
  }

  /** What was prepared is submitted, perhaps in another term by now; or given up. */
  private void relinquish(Cells from, Replica replica, Steps steps) {
    if (replica.leads() && replica.hasRoom()) {
      Cells next = from.copy();
      Replica changed = replica(next, replica.node);
      boolean sameTerm = replica.prepared() == replica.term();
      changed.append(sameTerm ? Kind.RELINQUISH : Kind.FOREIGN_RELINQUISH, Clocks.NEW);
      changed.prepared(0);
      if (has(LeaseFlaw.EARLIER_ENTRY_REVIVES) && sameTerm) {
        changed.voided(0);
      }
      steps.to(next, "group # at # submits Relinquish", group, replica.node);
    }
    Cells next = from.copy();
    Replica changed = replica(next, replica.node);
    changed.prepared(0);
    if (replica.prepared() == replica.term() && replica.voided() == Replica.UNTIL_RELINQUISHED) {
      changed.voided(0);
    }
    steps.to(next, "group # at # gives Relinquish up", group, replica.node);
  }
}
