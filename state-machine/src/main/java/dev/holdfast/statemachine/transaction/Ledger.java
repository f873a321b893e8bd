package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.OpenAttempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;

/** What a partition answers of the attempts whose home it is, and how it forgets them (R2, R3). */
final class Ledger {
  private static final int FORGOTTEN_AT_ONCE_MAX = 16;
  private static final int LOOKED_AT_MAX = 64;

  /** In one answer, whatever was asked. */
  static final int OPEN_COUNT_MAX = 256;

  private Ledger() {}

  /**
   * The record first, whatever the time; without one the attempt can never commit from when an
   * entry stamped at or after its deadline was applied.
   *
   * @param appliedStampMicros of the last entry that the state holds, the one being decided
   *     included
   */
  static Outcome outcome(KeyValueReader state, Attempt attempt, long appliedStampMicros) {
    Outcome recorded = AttemptRow.of(state, attempt).outcome();
    if (recorded != Outcome.UNDECIDED) {
      return recorded;
    }
    return appliedStampMicros >= attempt.deadlineMicros() ? Outcome.UNRECORDED : Outcome.UNDECIDED;
  }

  /** What is not settled, by deadline (R14). */
  static List<OpenAttempt> open(KeyValueReader state, Read.OpenAttempts wanted) {
    List<OpenAttempt> open = new ArrayList<>();
    int limit = Math.min(wanted.limit(), OPEN_COUNT_MAX);
    long last = wanted.deadlineMicrosMax();
    if (last < 0) {
      return open;
    }
    Bytes start = KeyLayout.start(KeyLayout.ATTEMPT);
    Bytes end =
        last == Long.MAX_VALUE
            ? KeyLayout.end(KeyLayout.ATTEMPT)
            : KeyLayout.key(KeyLayout.ATTEMPT, last + 1);
    try (Cursor rows = state.cursor(start, end, Cursor.Direction.FORWARD)) {
      while (open.size() < limit && rows.next()) {
        AttemptRow row = AttemptRow.decode(rows.value());
        if (!row.isSettled()) {
          open.add(row.toOpenAttempt());
        }
      }
    }
    return open;
  }

  /** Removes some of the oldest rows that nobody can need any more. */
  static List<Effect> forgetSettled(KeyValueReader state, long nowMicros) {
    List<Effect> effects = new ArrayList<>();
    Bytes start = KeyLayout.start(KeyLayout.ATTEMPT);
    Bytes end = KeyLayout.key(KeyLayout.ATTEMPT, nowMicros + 1);
    try (Cursor old = state.cursor(start, end, Cursor.Direction.FORWARD)) {
      for (int i = 0; i < LOOKED_AT_MAX && effects.size() < FORGOTTEN_AT_ONCE_MAX; i++) {
        if (!old.next()) {
          break;
        }
        if (AttemptRow.decode(old.value()).isSettled()) {
          effects.add(new Effect.Delete(old.key()));
        }
      }
    }
    return effects;
  }
}
