package dev.holdfast.statemachine.model.transaction;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model;
import org.jspecify.annotations.Nullable;

/**
 * A partition whose leaders' clocks, and the coordinators', may be ahead (R12). In units of a
 * transaction's time-out; a stamp is the leader's time, or the last one when that is later.
 *
 * <ul>
 *   <li>No intent is there when two time-outs have passed (invariant 6).
 *   <li>Whenever a node leads whose clock is right, a coordinator whose clock is right can prepare.
 * </ul>
 */
final class ClockModel implements Model {
  /** A rule that is broken. */
  enum Flaw {
    NONE,
    /** A participant accepts any deadline. */
    ANY_DEADLINE,
    /** A node leads, however far its clock is ahead. */
    ANY_LEADER
  }

  /** How far a clock may be ahead: far beyond any bound, or not at all. */
  private static final int AHEAD = 4;

  private static final int TIMEOUT = 1;
  private static final int DEADLINE_MAX = 2 * TIMEOUT;
  private static final int TIME_MAX = 8;

  private static final int TIME = 0;
  private static final int LEADER_AHEAD = 1;
  private static final int STAMP = 2;
  private static final int DEADLINE = 3; // of the intent; 0 for none
  private static final int AGE = 4;
  private static final int REFUSED = 5;
  private static final int CELLS = 6;

  private final Flaw flaw;

  ClockModel(Flaw flaw) {
    this.flaw = flaw;
  }

  @Override
  public Cells start() {
    return new Cells(CELLS);
  }

  @Override
  public @Nullable String wrong(Cells state) {
    if (state.at(AGE) > DEADLINE_MAX) {
      return "an intent outlives its time";
    }
    return state.at(REFUSED) != 0 ? "a transaction is refused though all clocks are right" : null;
  }

  @Override
  public void steps(Cells from, Steps steps) {
    int now = Math.max(from.at(STAMP), from.at(TIME) + from.at(LEADER_AHEAD));
    for (int ahead = 0; ahead <= AHEAD; ahead += AHEAD) {
      prepare(from, now, ahead, steps);
      if (from.at(LEADER_AHEAD) != ahead && (ahead == 0 || flaw == Flaw.ANY_LEADER)) {
        Cells next = from.copy();
        next.put(LEADER_AHEAD, ahead);
        steps.to(next, "somebody leads whose clock is ahead by #", ahead);
      }
    }
    if (from.at(DEADLINE) != 0 && now >= from.at(DEADLINE)) {
      Cells next = from.copy();
      next.put(STAMP, now);
      next.put(DEADLINE, 0);
      next.put(AGE, 0);
      steps.to(next, "the intent is resolved");
    }
    // a leader sweeps before its clock goes on
    if (from.at(TIME) < TIME_MAX && (from.at(DEADLINE) == 0 || now < from.at(DEADLINE))) {
      Cells next = from.copy();
      next.put(TIME, from.at(TIME) + 1);
      next.put(AGE, from.at(DEADLINE) == 0 ? 0 : from.at(AGE) + 1);
      steps.to(next, "time goes on");
    }
  }

  private void prepare(Cells from, int now, int ahead, Steps steps) {
    if (from.at(DEADLINE) != 0) {
      return;
    }
    int deadline = from.at(TIME) + ahead + TIMEOUT;
    boolean tooFar = deadline > now + DEADLINE_MAX && flaw != Flaw.ANY_DEADLINE;
    Cells next = from.copy();
    next.put(STAMP, now);
    if (!tooFar && deadline > now) {
      next.put(DEADLINE, deadline);
    } else if (ahead == 0 && from.at(LEADER_AHEAD) == 0) {
      next.put(REFUSED, 1);
    }
    steps.to(next, "a coordinator prepares whose clock is ahead by #", ahead);
  }
}
