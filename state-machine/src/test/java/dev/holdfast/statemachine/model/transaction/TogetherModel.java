package dev.holdfast.statemachine.model.transaction;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One TransactGetItems of two items in two partitions (R9), while a transaction writes both, others
 * write one of them each, and plain writers write and delete. Attempts are decided elsewhere; their
 * intents are prepared, carried out and removed one by one.
 *
 * <p>What was read together was so at one moment between the beginning and the end.
 */
final class TogetherModel implements Model {
  /** A rule that is broken. */
  enum Flaw {
    NONE,
    /** One round is enough. */
    ONE_ROUND,
    /** The rounds compare values, not versions. */
    VALUES_COMPARED,
    /** What is absent has no version. */
    ABSENT_WITHOUT_VERSION,
    /** The rounds do not compare who holds the items. */
    WRITERS_NOT_COMPARED,
    /** Who was undecided is not asked after again. */
    NO_SECOND_QUESTION,
    /** Who holds an item is not asked after at all. */
    NO_QUESTION
  }

  private static final int ITEMS = 2;

  /** Attempts: the first one writes both items, the others one each. */
  static final int BOTH = 1;

  static final int FIRST_ONLY = 2;
  static final int SECOND_ONLY = 3;
  private static final int ATTEMPTS = 3;

  /** Who wrote a value; 0 is absent. */
  private static final int PLAIN = ATTEMPTS + 1;

  private static final int VALUES = PLAIN + 1;

  /** What became of an attempt. */
  private static final int UNDECIDED = 1;

  private static final int COMMITTED = 2;
  private static final int ABORTED = 3; // or without a record any more

  private static final int READING = 1;
  private static final int AGAIN = 2;
  private static final int READ = 3;

  private static final int INTENT = 0;
  private static final int VALUE = INTENT + ITEMS;
  private static final int VERSION = VALUE + ITEMS;
  private static final int WRITES = VERSION + ITEMS;
  private static final int OUTCOME = WRITES + ITEMS;
  private static final int PREPARED = OUTCOME + ATTEMPTS; // a set of items for each attempt
  private static final int STAGE = PREPARED + ATTEMPTS;
  private static final int LOOKED = STAGE + 1;
  private static final int ANSWERED = LOOKED + 1;
  private static final int SEEN = ANSWERED + 1; // value, version, writer, outcome of each item
  private static final int SEEN_CELLS = 4;
  private static final int MOMENTS = SEEN + ITEMS * SEEN_CELLS;
  private static final int MOMENTS_A_CELL = 7;
  private static final int TORN = MOMENTS + VALUES * VALUES / MOMENTS_A_CELL + 1;
  private static final int CELLS = TORN + 1;

  private final Flaw flaw;
  private final int writeMax;
  private final List<Integer> attempts;

  /**
   * @param writeMax how often plain writers write each item
   * @param attempts that there are
   */
  TogetherModel(Flaw flaw, int writeMax, Integer... attempts) {
    this.flaw = flaw;
    this.writeMax = writeMax;
    this.attempts = List.of(attempts);
  }

  @Override
  public Cells start() {
    Cells start = new Cells(CELLS);
    for (int attempt : attempts) {
      start.put(OUTCOME + attempt - 1, UNDECIDED);
    }
    return start;
  }

  @Override
  public @Nullable String wrong(Cells state) {
    return state.at(TORN) != 0 ? "a torn read" : null;
  }

  @Override
  public void steps(Cells from, Steps steps) {
    if (from.at(STAGE) == READ) {
      return;
    }
    for (int attempt : attempts) {
      decide(from, attempt, steps);
      for (int item = 0; item < ITEMS; item++) {
        carryOut(from, attempt, item, steps);
      }
    }
    for (int item = 0; item < ITEMS; item++) {
      write(from, item, steps);
      look(from, item, steps);
      ask(from, item, steps);
    }
    read(from, steps);
  }

  private static boolean writes(int attempt, int item) {
    return attempt == BOTH || attempt == FIRST_ONLY + item;
  }

  private static int outcome(Cells state, int attempt) {
    return state.at(OUTCOME + attempt - 1);
  }

  /** A step of somebody else, after which this is a moment that a reader may have seen. */
  private static void to(Cells next, Steps steps, String action, int... numbers) {
    if (next.at(STAGE) != 0) {
      remember(next);
    }
    steps.to(next, action, numbers);
  }

  private static void remember(Cells next) {
    int moment = now(next, 0) * VALUES + now(next, 1);
    next.include(MOMENTS + moment / MOMENTS_A_CELL, moment % MOMENTS_A_CELL);
  }

  /** What a strong read of the one item returns. */
  private static int now(Cells state, int item) {
    int holder = state.at(INTENT + item);
    return holder != 0 && outcome(state, holder) == COMMITTED ? holder : state.at(VALUE + item);
  }

  private static void decide(Cells from, int attempt, Steps steps) {
    if (outcome(from, attempt) != UNDECIDED) {
      return;
    }
    boolean prepared = true;
    for (int item = 0; item < ITEMS; item++) {
      prepared &= !writes(attempt, item) || from.at(INTENT + item) == attempt;
    }
    if (prepared) {
      Cells next = from.copy();
      next.put(OUTCOME + attempt - 1, COMMITTED);
      to(next, steps, "attempt # is committed", attempt);
    }
    Cells next = from.copy();
    next.put(OUTCOME + attempt - 1, ABORTED);
    to(next, steps, "attempt # is aborted", attempt);
  }

  private static void carryOut(Cells from, int attempt, int item, Steps steps) {
    int holder = from.at(INTENT + item);
    int outcome = outcome(from, attempt);
    boolean prepared = from.has(PREPARED + attempt - 1, item);
    if (holder == 0 && writes(attempt, item) && !prepared && outcome == UNDECIDED) {
      Cells next = from.copy();
      next.put(INTENT + item, attempt);
      next.include(PREPARED + attempt - 1, item);
      to(next, steps, "attempt # prepares item #", attempt, item);
    }
    if (holder == attempt && outcome != UNDECIDED) {
      Cells next = from.copy();
      next.put(INTENT + item, 0);
      if (outcome == COMMITTED) {
        next.put(VALUE + item, attempt);
        next.put(VERSION + item, from.at(VERSION + item) + 1);
      }
      to(next, steps, "attempt # lets go of item #", attempt, item);
    }
  }

  /** Writes what is absent, deletes what is there. */
  private void write(Cells from, int item, Steps steps) {
    if (from.at(INTENT + item) == 0 && from.at(WRITES + item) < writeMax) {
      Cells next = from.copy();
      next.put(VALUE + item, from.at(VALUE + item) == 0 ? PLAIN : 0);
      next.put(VERSION + item, from.at(VERSION + item) + 1);
      next.put(WRITES + item, from.at(WRITES + item) + 1);
      to(next, steps, "item # is written or deleted", item);
    }
  }

  private static int seen(int item) {
    return SEEN + item * SEEN_CELLS;
  }

  /** Stages: looks and asks; looks and asks again. */
  private void look(Cells from, int item, Steps steps) {
    int stage = from.at(STAGE);
    if (from.has(LOOKED, item) || stage == 0) {
      return;
    }
    Cells next = from.copy();
    next.include(LOOKED, item);
    if (stage == READING) {
      next.put(seen(item), from.at(VALUE + item));
      next.put(seen(item) + 1, version(from, item));
      next.put(seen(item) + 2, from.at(INTENT + item));
    } else if (hasChanged(from, item)) {
      giveUp(next);
    }
    steps.to(next, "the reader looks at item #", item);
  }

  private int version(Cells state, int item) {
    boolean absent = state.at(VALUE + item) == 0;
    return absent && flaw == Flaw.ABSENT_WITHOUT_VERSION ? 0 : state.at(VERSION + item);
  }

  private boolean hasChanged(Cells from, int item) {
    boolean changed =
        flaw == Flaw.VALUES_COMPARED
            ? from.at(VALUE + item) != from.at(seen(item))
            : version(from, item) != from.at(seen(item) + 1);
    boolean held =
        from.at(INTENT + item) != from.at(seen(item) + 2) && flaw != Flaw.WRITERS_NOT_COMPARED;
    return changed || held;
  }

  /** It will try again: as if it began then. */
  private static void giveUp(Cells next) {
    for (int place = STAGE; place < CELLS; place++) {
      next.put(place, 0);
    }
    next.put(STAGE, READ);
  }

  /** After all items were looked at; in the second round at the same time. */
  private void ask(Cells from, int item, Steps steps) {
    int holder = from.at(seen(item) + 2);
    boolean first = from.at(STAGE) == READING && lookedAtAll(from);
    boolean again = from.at(STAGE) == AGAIN && from.at(seen(item) + 3) == UNDECIDED;
    if (from.has(ANSWERED, item) || holder == 0 || !(first || again)) {
      return;
    }
    Cells next = from.copy();
    next.include(ANSWERED, item);
    int outcome = flaw == Flaw.NO_QUESTION ? ABORTED : outcome(from, holder);
    if (first) {
      for (int other = 0; other < ITEMS; other++) { // one question for each attempt
        if (from.at(seen(other) + 2) == holder) {
          next.include(ANSWERED, other);
          next.put(seen(other) + 3, outcome);
        }
      }
    } else if (outcome != UNDECIDED && flaw != Flaw.NO_SECOND_QUESTION) {
      giveUp(next);
    }
    steps.to(next, "the reader asks after attempt #", holder);
  }

  private static boolean lookedAtAll(Cells state) {
    return state.has(LOOKED, 0) && state.has(LOOKED, 1);
  }

  private static boolean isAnswered(Cells state, int item) {
    return state.has(ANSWERED, item) || state.at(seen(item) + 2) == 0;
  }

  private void read(Cells from, Steps steps) {
    int stage = from.at(STAGE);
    if (stage == 0) {
      Cells next = from.copy();
      next.put(STAGE, READING);
      remember(next);
      steps.to(next, "the reader begins");
      return;
    }
    boolean answered = true;
    for (int item = 0; item < ITEMS; item++) {
      boolean decided = stage == AGAIN && from.at(seen(item) + 3) != UNDECIDED;
      answered &= isAnswered(from, item) || decided;
    }
    if (!lookedAtAll(from) || !answered) {
      return;
    }
    Cells next = from.copy();
    if (stage == READING && flaw != Flaw.ONE_ROUND) {
      next.put(STAGE, AGAIN);
      next.put(LOOKED, 0);
      next.put(ANSWERED, 0);
      steps.to(next, "the reader begins its second round");
    } else {
      int moment = answer(from, 0) * VALUES + answer(from, 1);
      boolean whole = from.has(MOMENTS + moment / MOMENTS_A_CELL, moment % MOMENTS_A_CELL);
      giveUp(next);
      next.put(TORN, whole ? 0 : 1);
      steps.to(next, "the reader returns # and #", answer(from, 0), answer(from, 1));
    }
  }

  private static int answer(Cells state, int item) {
    boolean carriedOut = state.at(seen(item) + 3) == COMMITTED;
    return carriedOut ? state.at(seen(item) + 2) : state.at(seen(item));
  }
}
