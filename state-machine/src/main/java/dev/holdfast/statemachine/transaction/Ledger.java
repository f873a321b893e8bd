package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.ClientToken;
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

/**
 * What a partition remembers of attempts and tokens, and how it forgets them (R2, R3, R10).
 *
 * <ul>
 *   <li>Rows of open attempts are not removed, whatever their age.
 *   <li>A settled one is kept for at least a window's time after its deadline. With every second
 *       window or so the oldest are removed, by two ranges, without being looked at; a range begins
 *       where the last one ended, so that not even the store has to walk over what is gone.
 * </ul>
 *
 * <p>Lives for one command; {@link #effects} writes what was changed.
 */
final class Ledger {
  /** In one answer, whatever was asked. */
  static final int OPEN_COUNT_MAX = 256;

  private final KeyValueReader state;
  private final TransactionLimits limits;
  private final Counts counts;
  private final SpentTokens tokens;
  private final List<Effect> effects = new ArrayList<>();

  Ledger(KeyValueReader state, long stampMicros, TransactionLimits limits, Counts counts) {
    this.state = state;
    this.limits = limits;
    this.counts = counts;
    this.tokens = new SpentTokens(state, stampMicros, limits.windowMicros());
    trim(tokens.period() - 1);
  }

  /**
   * Forgets what another partition has forgotten, whose rows are about to come here.
   *
   * @param micros a multiple of a window
   */
  void trimUntil(long micros) {
    trim(micros / limits.windowMicros());
  }

  /** Remembers a token that another partition has seen, if it still counts. */
  void inherit(Bytes key, Bytes row) {
    long period = KeyLayout.number(key);
    if (period * limits.windowMicros() >= counts.trimmedUntilMicros() && state.get(key) == null) {
      counts.addTokens(period, 1);
      effects.add(new Effect.Put(key, row));
    }
  }

  private void trim(long period) {
    long until = period * limits.windowMicros();
    long trimmed = counts.trimmedUntilMicros();
    if (until > trimmed && counts.trim(until, period)) {
      effects.add(
          new Effect.DeleteRange(
              KeyLayout.key(KeyLayout.ATTEMPT_OVER, trimmed),
              KeyLayout.key(KeyLayout.ATTEMPT_OVER, until)));
      effects.add(
          new Effect.DeleteRange(
              KeyLayout.key(KeyLayout.TOKEN, trimmed / limits.windowMicros()),
              KeyLayout.key(KeyLayout.TOKEN, period)));
    }
  }

  /**
   * What became of an attempt whose home this partition is. The record first, whatever the time;
   * without one the attempt cannot commit any more from when an entry stamped at or after its
   * deadline was applied (R2). It never has, either, if its record would still be here: that of a
   * committed attempt goes only when all before some time behind its deadline is trimmed.
   *
   * @param appliedStampMicros of the last entry that the state holds, the one being decided
   *     included
   */
  static Outcome outcome(KeyValueReader state, Attempt attempt, long appliedStampMicros) {
    Outcome recorded = AttemptRow.of(state, attempt).outcome();
    if (recorded != Outcome.UNDECIDED) {
      return recorded;
    }
    if (appliedStampMicros < attempt.deadlineMicros()) {
      return Outcome.UNDECIDED;
    }
    return attempt.deadlineMicros() >= Counts.of(state).trimmedUntilMicros()
        ? Outcome.ABORTED
        : Outcome.UNRECORDED;
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
        open.add(AttemptRow.decode(rows.value()).toOpenAttempt());
      }
    }
    return open;
  }

  /** Where a row lies. */
  private enum Place {
    NOWHERE,
    OPEN,
    SETTLED
  }

  private Place place(AttemptRow row) {
    if (row.equals(AttemptRow.unknown(row.attempt()))) {
      return Place.NOWHERE;
    }
    if (!row.isSettled()) {
      return Place.OPEN;
    }
    return row.attempt().deadlineMicros() < counts.trimmedUntilMicros()
        ? Place.NOWHERE // settled too late to be kept: its time is over
        : Place.SETTLED;
  }

  /**
   * Replaces a row.
   *
   * @param before as it is in the state
   */
  void replace(AttemptRow before, AttemptRow after) {
    if (after.equals(before)) {
      return;
    }
    Place from = place(before);
    Place to = place(after);
    count(from, before.attempt(), -1);
    count(to, after.attempt(), 1);
    if (from != to && from != Place.NOWHERE) {
      effects.add(new Effect.Delete(AttemptRow.key(kind(from), before.attempt())));
    }
    if (to != Place.NOWHERE) {
      effects.add(new Effect.Put(AttemptRow.key(kind(to), after.attempt()), after.encode()));
    }
  }

  private void count(Place place, Attempt attempt, int more) {
    if (place == Place.OPEN) {
      counts.addOpenAttempts(more);
    } else if (place == Place.SETTLED) {
      counts.addSettledAttempts(attempt.deadlineMicros() / limits.windowMicros(), more);
    }
  }

  private static byte kind(Place place) {
    return place == Place.OPEN ? KeyLayout.ATTEMPT : KeyLayout.ATTEMPT_OVER;
  }

  boolean mayOpen() {
    return counts.openAttempts() < limits.openAttemptCountMax();
  }

  boolean maySettle() {
    return counts.settledAttempts() < limits.settledAttemptCountMax();
  }

  boolean maySpend() {
    return counts.tokens() < limits.tokenCountMax();
  }

  SpentTokens.Use use(ClientToken token) {
    return tokens.use(token);
  }

  /** Whoever took effect here first is remembered: a Commit for each key spends the token again. */
  void spend(ClientToken token) {
    if (tokens.use(token) == SpentTokens.Use.NEW) {
      counts.addTokens(tokens.period(), 1);
      effects.add(tokens.spend(token));
    }
  }

  /** Without the counts. */
  List<Effect> effects() {
    return effects;
  }
}
