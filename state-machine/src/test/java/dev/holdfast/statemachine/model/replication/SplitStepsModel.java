package dev.holdfast.statemachine.model.replication;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One replica that makes a split, with its disk, and crashes between any two steps (S2). What was
 * not synced is there after a crash, or is not.
 *
 * <ul>
 *   <li>A child that runs has all that its parent had of it, and what it has acknowledged itself.
 *   <li>A parent that is past the split for good has left a seed for good.
 *   <li>The range and the applied index of the parent, as found on disk, belong together.
 *   <li>A child whose replica was removed from this node does not come back.
 * </ul>
 */
final class SplitStepsModel implements Model {
  /** A rule that is broken. */
  enum Flaw {
    /** The seed is written where it will be, not beside it. */
    WRITTEN_IN_PLACE,
    /** It is renamed before it is synced. */
    RENAMED_BEFORE_SYNC,
    /** The directory is not synced after that. */
    DIRECTORY_NOT_SYNCED,
    /** The parent is flushed before the seed is there. */
    PARENT_FIRST,
    /** Column families are flushed one by one. */
    FLUSHED_PIECEMEAL,
    /** The child is started before the parent is flushed. */
    CHILD_BEFORE_FLUSH,
    /** A replayed split makes the seed again. */
    SEED_MADE_AGAIN,
    /** A removed replica leaves no tombstone. */
    NO_TOMBSTONE
  }

  /** A seed's content. */
  private static final int PART = 1;

  private static final int WHOLE = 2;
  private static final int SYNCED = 3;

  /** The seed's name. */
  private static final int NAMED = 1;

  private static final int NAMED_FOR_GOOD = 2;

  private static final int CONTENT = 0;
  private static final int NAME = 1;
  private static final int APPLIED = 2;
  private static final int APPLIED_ON_DISK = 3;
  private static final int RANGE_ON_DISK = 4;
  private static final int RUNS = 5;
  private static final int ACKNOWLEDGED = 6;
  private static final int ACKNOWLEDGED_STILL = 7;
  private static final int REMOVED = 8;
  private static final int TORN = 9;
  private static final int CELLS = 10;

  private final Set<Flaw> flaws;

  SplitStepsModel(Set<Flaw> flaws) {
    this.flaws = flaws;
  }

  private boolean has(Flaw flaw) {
    return flaws.contains(flaw);
  }

  @Override
  public Cells start() {
    return new Cells(CELLS);
  }

  @Override
  public @Nullable String wrong(Cells state) {
    boolean runs = state.at(RUNS) != 0;
    if (runs && state.at(CONTENT) < WHOLE) {
      return "a child runs with a part of its data";
    }
    if (runs && state.at(ACKNOWLEDGED) > state.at(ACKNOWLEDGED_STILL)) {
      return "a child has forgotten what it acknowledged";
    }
    if (runs && state.at(REMOVED) != 0) {
      return "a removed child is back";
    }
    if (state.at(TORN) != 0) {
      return "a parent is found past the split with the range of before";
    }
    boolean seed = state.at(NAME) != 0 && state.at(CONTENT) >= WHOLE;
    return state.at(APPLIED_ON_DISK) != 0 && !seed && state.at(REMOVED) == 0
        ? "the split is past, and its seed is not"
        : null;
  }

  @Override
  public void steps(Cells from, Steps steps) {
    boolean replayed = from.at(NAME) != 0 && !has(Flaw.SEED_MADE_AGAIN);
    boolean unwanted = from.at(REMOVED) != 0 && !has(Flaw.NO_TOMBSTONE);
    if (from.at(APPLIED) == 0) {
      if (replayed || unwanted) {
        set(from, APPLIED, 1, "the parent's batch is committed", steps);
      } else {
        seed(from, steps);
      }
    }
    flush(from, steps);
    child(from, steps);
    crash(from, steps);
  }

  private void set(Cells from, int place, int number, String action, Steps steps) {
    Cells next = from.copy();
    next.put(place, number);
    steps.to(next, action);
  }

  /** From nothing to a seed, and the parent's batch. */
  private void seed(Cells from, Steps steps) {
    int content = from.at(CONTENT);
    boolean named = from.at(NAME) != 0;
    if (named ? has(Flaw.SEED_MADE_AGAIN) : content == 0) {
      Cells next = from.copy();
      next.put(CONTENT, PART);
      next.put(ACKNOWLEDGED_STILL, 0);
      next.put(NAME, has(Flaw.WRITTEN_IN_PLACE) ? NAMED_FOR_GOOD : 0);
      steps.to(next, "a checkpoint is begun");
    }
    if (content == PART) {
      set(from, CONTENT, WHOLE, "the child's own rows are written", steps);
    }
    if (content == WHOLE) {
      set(from, CONTENT, SYNCED, "the seed is synced", steps);
    }
    int toRename = has(Flaw.RENAMED_BEFORE_SYNC) ? WHOLE : SYNCED;
    if (!named && content >= toRename) {
      int name = has(Flaw.DIRECTORY_NOT_SYNCED) ? NAMED : NAMED_FOR_GOOD;
      set(from, NAME, name, "the seed is renamed", steps);
    }
    if ((named && content >= toRename) || has(Flaw.PARENT_FIRST)) {
      set(from, APPLIED, 1, "the parent's batch is committed", steps);
    }
  }

  private void flush(Cells from, Steps steps) {
    if (from.at(APPLIED) == 0 || from.at(RANGE_ON_DISK) != 0) {
      return;
    }
    if (has(Flaw.FLUSHED_PIECEMEAL) && from.at(APPLIED_ON_DISK) == 0) {
      set(from, APPLIED_ON_DISK, 1, "a part of the parent is flushed", steps);
    } else {
      Cells next = from.copy();
      next.put(APPLIED_ON_DISK, 1);
      next.put(RANGE_ON_DISK, 1);
      steps.to(next, "the parent is flushed");
    }
  }

  private void child(Cells from, Steps steps) {
    boolean inTime = from.at(RANGE_ON_DISK) != 0 || has(Flaw.CHILD_BEFORE_FLUSH);
    if (from.at(RUNS) == 0 && from.at(NAME) != 0 && from.at(APPLIED) != 0 && inTime) {
      set(from, RUNS, 1, "the child is started", steps);
    }
    if (from.at(RUNS) != 0 && from.at(ACKNOWLEDGED) == 0) {
      Cells next = from.copy();
      next.put(ACKNOWLEDGED, 1);
      next.put(ACKNOWLEDGED_STILL, 1);
      steps.to(next, "the child acknowledges an entry");
    }
    if (from.at(RUNS) != 0) {
      Cells next = from.copy();
      next.put(RUNS, 0);
      next.put(CONTENT, 0);
      next.put(NAME, 0);
      next.put(ACKNOWLEDGED, 0);
      next.put(ACKNOWLEDGED_STILL, 0);
      next.put(REMOVED, 1);
      steps.to(next, "the child is moved to another node");
    }
  }

  /** The node is started again with what is on its disk, and with every seed that it finds. */
  private void crash(Cells from, Steps steps) {
    for (int kept = 0; kept <= 1; kept++) {
      Cells next = from.copy();
      next.put(APPLIED, from.at(APPLIED_ON_DISK));
      if (kept == 0 && from.at(NAME) == NAMED) {
        next.put(NAME, 0);
      }
      if (kept == 0 && from.at(CONTENT) == WHOLE) {
        next.put(CONTENT, PART);
      }
      if (next.at(NAME) == 0) {
        next.put(CONTENT, 0); // what lies beside is swept away
      }
      next.put(RUNS, next.at(NAME) != 0 ? 1 : 0); // be the parent flushed or not
      next.put(TORN, from.at(APPLIED_ON_DISK) != from.at(RANGE_ON_DISK) ? 1 : 0);
      steps.to(next, kept == 0 ? "a crash" : "a crash that loses nothing");
    }
  }
}
