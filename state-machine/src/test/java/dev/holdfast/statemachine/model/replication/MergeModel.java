package dev.holdfast.statemachine.model.replication;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model;
import org.jspecify.annotations.Nullable;

/**
 * Two merges of a left and a right partition, one after the other, of which the first may be
 * cancelled (M). In the right one's range is an item that is written and read, one that was
 * deleted, of which the left one has an old leftover, and what a request did that may be sent
 * again. A former leader of the right one may still have a lease, and know only the oldest version.
 * What controllers send stays on its way for ever.
 *
 * <ul>
 *   <li>No read returns less than was told before.
 *   <li>The request takes effect once.
 *   <li>What was deleted stays deleted.
 * </ul>
 */
final class MergeModel implements Model {
  /** A rule that is broken. */
  enum Flaw {
    NONE,
    /** A freeze is acknowledged while an older leader may still read. */
    FREEZE_TOLD_DURING_THE_WAIT,
    /** The right one's rows are taken from a replica that has not applied the freeze. */
    ROWS_OF_BEFORE_THE_FREEZE,
    /** The right one is unfrozen before the merge is cancelled in the left one's log. */
    UNFROZEN_BEFORE_CANCEL,
    /** A late Absorb is carried out after its merge was cancelled. */
    CANCEL_FORGOTTEN,
    /** An Absorb is carried out whichever merge it is of. */
    ABSORB_OF_ANOTHER_MERGE,
    /** The left one keeps old rows of the range that it is given. */
    LEFTOVERS_KEPT,
    /** The right one's request ids are not taken over. */
    WINDOW_NOT_UNITED,
    /** The floor below which requests are forgotten is not taken over. */
    FLOOR_NOT_UNITED
  }

  private static final int VERSION_MAX = 2;
  private static final int MERGES = 2;

  private static final int MERGE = 0;
  private static final int FROZEN = 1;
  private static final int OLD_LEASE = 2;
  private static final int RIGHT = 3;
  private static final int LEFT = 4;
  private static final int TOLD = 5;
  private static final int ACKNOWLEDGED = 6;
  private static final int GATHERED = 7;
  private static final int ABSORBING = 8;
  private static final int ROWS = 9; // of merge 1 and 2, and 1
  private static final int CANCELLED = 11;
  private static final int ABSORBED = 12;
  private static final int LEFTOVER = 13;
  private static final int REQUESTS = 14;
  private static final int REMEMBERED = 15; // by neither, right, left: a set
  private static final int FLOORED = 16;
  private static final int STALE = 17;
  private static final int CELLS = 18;

  private static final int OF_RIGHT = 0;
  private static final int OF_LEFT = 1;

  private final Flaw flaw;

  MergeModel(Flaw flaw) {
    this.flaw = flaw;
  }

  private boolean has(Flaw other) {
    return flaw == other;
  }

  @Override
  public Cells start() {
    Cells start = new Cells(CELLS);
    start.put(OLD_LEASE, 1);
    start.put(LEFTOVER, 1);
    return start;
  }

  @Override
  public @Nullable String wrong(Cells state) {
    if (state.at(STALE) != 0) {
      return "a stale read";
    }
    if (state.at(REQUESTS) > 1) {
      return "a request took effect twice";
    }
    return state.at(ABSORBED) != 0 && state.at(LEFTOVER) != 0 ? "what was deleted is back" : null;
  }

  @Override
  public void steps(Cells from, Steps steps) {
    boolean absorbed = from.at(ABSORBED) != 0;
    if (from.at(FROZEN) == 0) {
      serve(from, RIGHT, "the right one", steps);
      request(from, OF_RIGHT, steps);
    }
    if (absorbed) {
      serve(from, LEFT, "the left one", steps);
      request(from, OF_LEFT, steps);
    }
    if (from.at(OLD_LEASE) != 0) {
      Cells read = from.copy();
      read(read, 0);
      steps.to(read, "the right one's former leader reads");
      Cells over = from.copy();
      over.put(OLD_LEASE, 0);
      steps.to(over, "that one's lease is over");
    }
    freeze(from, steps);
    gather(from, steps);
    for (int merge = 1; merge <= MERGES; merge++) {
      absorb(from, merge, steps);
    }
    cancel(from, steps);
  }

  private static void read(Cells next, int version) {
    if (version < next.at(TOLD)) {
      next.put(STALE, 1);
    }
  }

  /** Writes and reads; a leader that waits tells nothing (L2). */
  private static void serve(Cells from, int owner, String name, Steps steps) {
    int version = from.at(owner);
    if (version < VERSION_MAX) {
      Cells next = from.copy();
      next.put(owner, version + 1);
      steps.to(next, name + " writes");
    }
    if (owner == LEFT || from.at(OLD_LEASE) == 0) {
      Cells next = from.copy();
      read(next, version);
      next.put(TOLD, Math.max(from.at(TOLD), version));
      steps.to(next, name + " answers");
    }
  }

  /** The request, for the first time or again. Of one that may be forgotten nobody knows (E2). */
  private void request(Cells from, int owner, Steps steps) {
    boolean forgotten = from.has(FLOORED, owner) && from.at(REQUESTS) > 0;
    if (!from.has(REMEMBERED, owner) && !forgotten) {
      Cells next = from.copy();
      next.put(REQUESTS, from.at(REQUESTS) + 1);
      next.include(REMEMBERED, owner);
      steps.to(next, "the request is carried out");
    }
    if (from.has(REMEMBERED, owner)) {
      Cells next = from.copy();
      next.exclude(REMEMBERED, owner);
      next.include(FLOORED, owner);
      steps.to(next, "the request is forgotten, and the floor says so");
    }
  }

  private void freeze(Cells from, Steps steps) {
    if (from.at(FROZEN) == 0 && from.at(MERGE) < MERGES && from.at(ABSORBED) == 0) {
      Cells next = from.copy();
      next.put(MERGE, from.at(MERGE) + 1);
      next.put(FROZEN, 1);
      next.put(ACKNOWLEDGED, 0);
      next.put(GATHERED, 0);
      steps.to(next, "merge # freezes the right one", from.at(MERGE) + 1);
    }
    boolean waited = from.at(OLD_LEASE) == 0 || has(Flaw.FREEZE_TOLD_DURING_THE_WAIT);
    if (from.at(FROZEN) != 0 && from.at(ACKNOWLEDGED) == 0 && waited) {
      Cells next = from.copy();
      next.put(ACKNOWLEDGED, 1);
      steps.to(next, "the freeze is acknowledged");
    }
  }

  private void gather(Cells from, Steps steps) {
    int merge = from.at(MERGE);
    if (from.at(ACKNOWLEDGED) == 0 || from.at(GATHERED) != 0 || from.at(ABSORBED) != 0) {
      return;
    }
    int least = has(Flaw.ROWS_OF_BEFORE_THE_FREEZE) ? 0 : from.at(RIGHT);
    for (int version = least; version <= from.at(RIGHT); version++) {
      Cells next = from.copy();
      next.put(GATHERED, 1);
      next.put(ROWS + merge - 1, version + 1);
      if (!has(Flaw.LEFTOVERS_KEPT)) {
        next.put(LEFTOVER, 0);
      }
      next.include(ABSORBING, merge);
      steps.to(next, "the left one gathers version #", version);
    }
  }

  private void absorb(Cells from, int merge, Steps steps) {
    int current = from.at(MERGE);
    boolean known = merge == current || has(Flaw.ABSORB_OF_ANOTHER_MERGE);
    boolean voided = from.has(CANCELLED, current) && !has(Flaw.CANCEL_FORGOTTEN);
    if (!from.has(ABSORBING, merge) || from.at(ABSORBED) != 0 || !known || voided) {
      return;
    }
    Cells next = from.copy();
    next.put(ABSORBED, merge);
    next.put(LEFT, from.at(ROWS + merge - 1) - 1);
    if (from.has(REMEMBERED, OF_RIGHT) && !has(Flaw.WINDOW_NOT_UNITED)) {
      next.include(REMEMBERED, OF_LEFT);
    }
    if (from.has(FLOORED, OF_RIGHT) && !has(Flaw.FLOOR_NOT_UNITED)) {
      next.include(FLOORED, OF_LEFT);
    }
    steps.to(next, "the left one absorbs by merge #", merge);
  }

  private void cancel(Cells from, Steps steps) {
    int merge = from.at(MERGE);
    if (merge > 0 && from.at(ABSORBED) == 0 && !from.has(CANCELLED, merge)) {
      Cells next = from.copy();
      next.include(CANCELLED, merge);
      steps.to(next, "the left one cancels merge #", merge);
    }
    boolean safe = from.has(CANCELLED, merge) || has(Flaw.UNFROZEN_BEFORE_CANCEL);
    if (from.at(FROZEN) != 0 && safe) {
      Cells next = from.copy();
      next.put(FROZEN, 0);
      next.put(ACKNOWLEDGED, 0);
      steps.to(next, "the right one is unfrozen");
    }
  }
}
