package dev.holdfast.statemachine.transaction.model;

import static dev.holdfast.statemachine.transaction.model.State.COMMITTED;
import static dev.holdfast.statemachine.transaction.model.State.COMMITTED_OPEN;

import org.jspecify.annotations.Nullable;

/**
 * What must hold in every state. Sets of writers are bits: 1 and 2 transactions, 3 the plain one.
 */
final class Truths {
  private static final int YES = 1;
  private static final int NO = 2;

  private Truths() {}

  /** What does not hold; null when all does. */
  static @Nullable String broken(State state, Setting setting) {
    int first = view(state, setting, 0);
    int second = view(state, setting, 1);
    if (isTwice(first) || isTwice(second)) {
      return "a transaction took effect twice";
    }
    for (int transaction = 1; transaction <= 2; transaction++) {
      String wrong = broken(state, setting, transaction, first, second);
      if (wrong != null) {
        return wrong;
      }
    }
    if (order(first) * order(second) < 0) {
      return "two transactions took effect in different orders";
    }
    if (state.plainWritten() && !holds(state.value(0), State.PLAIN)) {
      return "a plain write is lost";
    }
    if (state.readStage() == 2 && state.readMust() != 0) {
      return "a read missed what was there before it began";
    }
    return state.readStage() == 2 && state.readSeen() != 0 ? "a read saw what is not there" : null;
  }

  private static @Nullable String broken(
      State state, Setting setting, int transaction, int first, int second) {
    boolean there = holds(first, transaction);
    if (there != holds(second, transaction)) {
      return "half of a transaction is there";
    }
    boolean anybodyUnanswered = false;
    for (int attempt = 1; attempt <= 2; attempt++) {
      if (setting.transaction(attempt) == transaction) {
        if (state.answer(attempt) == YES && !there) {
          return "an acknowledged transaction is not there";
        }
        anybodyUnanswered |=
            state.coordinator(attempt) != State.IDLE && state.answer(attempt) != NO;
      }
    }
    return there && !anybodyUnanswered ? "a refused transaction is there" : null;
  }

  /** An item as a strong read sees it that takes no time. */
  static int view(State state, Setting setting, int item) {
    int holder = state.intent(item);
    if (holder == 0) {
      return state.value(item);
    }
    int record = state.record(state.partition(setting.home(holder)), holder);
    return record == COMMITTED_OPEN || record == COMMITTED
        ? state.planned(item)
        : state.value(item);
  }

  /** The set of those who have written a value. */
  static int writers(int value) {
    int writers = 0;
    for (int rest = value; rest != 0; rest >>>= 2) {
      writers |= 1 << (rest & 3);
    }
    return writers;
  }

  private static boolean holds(int value, int writer) {
    return (writers(value) & 1 << writer) != 0;
  }

  private static boolean isTwice(int value) {
    int seen = 0;
    for (int rest = value; rest != 0; rest >>>= 2) {
      int bit = 1 << (rest & 3);
      if ((seen & bit) != 0) {
        return true;
      }
      seen |= bit;
    }
    return false;
  }

  /** Positive when 1 came before 2, negative the other way round, 0 when not both are there. */
  private static int order(int value) {
    int placeOfFirst = 0;
    int placeOfSecond = 0;
    int place = 3;
    for (int rest = value; rest != 0; rest >>>= 2) {
      placeOfFirst = (rest & 3) == 1 ? place : placeOfFirst;
      placeOfSecond = (rest & 3) == 2 ? place : placeOfSecond;
      place--;
    }
    return placeOfFirst == 0 || placeOfSecond == 0 ? 0 : placeOfSecond - placeOfFirst;
  }
}
