package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.OpenAttempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a partition knows of one attempt: as a participant which keys hold its intents and which are
 * over, as its home what became of it.
 *
 * <ul>
 *   <li>A key that is over stays over: a late Prepare of it is refused (R6). Once the attempt is
 *       decided here every Prepare is refused, so keys need not be remembered one by one (R14); nor
 *       need they when it was carried out here and its token says so (R10).
 *   <li>Open while an intent is, or, when it committed here, while a key elsewhere is not confirmed
 *       (R3); then settled. Rows of the two sorts lie apart: {@link Ledger} forgets settled ones by
 *       the whole, and open ones must not stand in front of them.
 * </ul>
 *
 * @param open routing keys with an intent here
 * @param over routing keys whose intent was resolved, or will never be
 * @param outcome as decided here; undecided elsewhere
 * @param unconfirmed routing keys elsewhere whose intents may still be there
 */
record AttemptRow(
    Attempt attempt,
    SortedSet<Bytes> open,
    SortedSet<Bytes> over,
    Outcome outcome,
    SortedSet<Bytes> unconfirmed) {

  /** Nothing is known yet. */
  static AttemptRow unknown(Attempt attempt) {
    return new AttemptRow(
        attempt, new TreeSet<>(), new TreeSet<>(), Outcome.UNDECIDED, new TreeSet<>());
  }

  /**
   * In order of deadlines, so that the oldest are found first.
   *
   * @param kind ATTEMPT or ATTEMPT_OVER
   */
  static Bytes key(byte kind, Attempt attempt) {
    return KeyLayout.key(
        kind,
        new Fields.Writer()
            .number(attempt.deadlineMicros())
            .number(attempt.id().high())
            .number(attempt.id().low())
            .row());
  }

  static AttemptRow of(KeyValueReader state, Attempt attempt) {
    Bytes open = state.get(key(KeyLayout.ATTEMPT, attempt));
    if (open != null) {
      return decode(open);
    }
    Bytes settled = state.get(key(KeyLayout.ATTEMPT_OVER, attempt));
    return settled == null ? unknown(attempt) : decodeSettled(attempt, settled);
  }

  /** Whether no intent may come on this key any more. */
  boolean isOver(Bytes key) {
    return outcome != Outcome.UNDECIDED || over.contains(key);
  }

  /** These keys have intents from now on. */
  AttemptRow opened(List<Bytes> keys) {
    SortedSet<Bytes> more = new TreeSet<>(open);
    more.addAll(keys);
    return new AttemptRow(attempt, more, over, outcome, unconfirmed);
  }

  /** These keys have no intents any more; something else says that they never will. */
  AttemptRow closed(List<Bytes> keys) {
    SortedSet<Bytes> fewer = new TreeSet<>(open);
    keys.forEach(fewer::remove);
    return new AttemptRow(attempt, fewer, over, outcome, unconfirmed);
  }

  /** These keys have no intents any more, and never will. */
  AttemptRow ended(List<Bytes> keys) {
    SortedSet<Bytes> more = new TreeSet<>(over);
    if (outcome == Outcome.UNDECIDED) {
      more.addAll(keys);
    }
    return new AttemptRow(attempt, closed(keys).open(), more, outcome, unconfirmed);
  }

  /** It is decided here. */
  AttemptRow decided(Outcome decided, List<Bytes> intentsElsewhere) {
    return new AttemptRow(attempt, open, new TreeSet<>(), decided, new TreeSet<>(intentsElsewhere));
  }

  AttemptRow confirmed(List<Bytes> keys) {
    SortedSet<Bytes> fewer = new TreeSet<>(unconfirmed);
    keys.forEach(fewer::remove);
    return new AttemptRow(attempt, open, over, outcome, fewer);
  }

  /**
   * As a partition with this range goes on: only its keys are open, and only the home waits for
   * confirmations. What is over stays known on both sides (R5).
   */
  AttemptRow within(KeyRange range) {
    SortedSet<Bytes> kept = new TreeSet<>(open);
    kept.removeIf(key -> !range.contains(key));
    boolean home = range.contains(attempt.homeKey());
    return new AttemptRow(attempt, kept, over, outcome, home ? unconfirmed : new TreeSet<>());
  }

  /** Keys are open where they are open; what is over, or decided, on either side is so. */
  AttemptRow united(AttemptRow other) {
    Outcome decided = outcome == Outcome.UNDECIDED ? other.outcome : outcome;
    return new AttemptRow(
        isSettled() ? other.attempt : attempt, // of a settled one the row does not say all
        both(open, other.open),
        decided == Outcome.UNDECIDED ? both(over, other.over) : new TreeSet<>(),
        decided,
        both(unconfirmed, other.unconfirmed));
  }

  private static SortedSet<Bytes> both(SortedSet<Bytes> some, SortedSet<Bytes> others) {
    SortedSet<Bytes> all = new TreeSet<>(some);
    all.addAll(others);
    return all;
  }

  /** Whether there is nothing left to do. */
  boolean isSettled() {
    return open.isEmpty() && unconfirmed.isEmpty();
  }

  OpenAttempt toOpenAttempt() {
    return new OpenAttempt(attempt, outcome, List.copyOf(open), List.copyOf(unconfirmed));
  }

  /**
   * A settled one is kept for long and looked up by whoever knows the attempt: it holds little more
   * than the outcome.
   */
  Bytes encode() {
    Fields.Writer row = new Fields.Writer().name(outcome);
    write(row, over);
    if (!isSettled()) {
      row.bytes(StateCodec.encode(attempt));
      write(row, open);
      write(row, unconfirmed);
    }
    return row.row();
  }

  private static void write(Fields.Writer row, SortedSet<Bytes> keys) {
    row.count(keys.size());
    keys.forEach(row::bytes);
  }

  /** Of one that is not settled. */
  static AttemptRow decode(Bytes row) {
    return Fields.read(
        "the row of an attempt",
        row,
        fields -> {
          Outcome outcome = Outcome.valueOf(fields.name());
          SortedSet<Bytes> over = keys(fields);
          Attempt attempt = StateCodec.decodeAttempt(fields.bytes());
          return new AttemptRow(attempt, keys(fields), over, outcome, keys(fields));
        });
  }

  /** Of either sort; of a settled one the attempt's home and token are not known. */
  static AttemptRow decode(Bytes key, Bytes row) {
    if (key.get(0) == KeyLayout.ATTEMPT) {
      return decode(row);
    }
    ByteBuffer fields = key.asReadOnlyBuffer().position(1);
    long deadlineMicros = fields.getLong();
    AttemptId id = new AttemptId(fields.getLong(), fields.getLong());
    return decodeSettled(new Attempt(id, Bytes.EMPTY, deadlineMicros, null), row);
  }

  private static AttemptRow decodeSettled(Attempt attempt, Bytes row) {
    return Fields.read(
        "the row of a settled attempt",
        row,
        fields -> {
          Outcome outcome = Outcome.valueOf(fields.name());
          SortedSet<Bytes> over = keys(fields);
          return new AttemptRow(attempt, new TreeSet<>(), over, outcome, new TreeSet<>());
        });
  }

  private static SortedSet<Bytes> keys(Fields fields) {
    SortedSet<Bytes> keys = new TreeSet<>();
    for (int left = fields.count(); left > 0; left--) {
      keys.add(fields.bytes());
    }
    return keys;
  }
}
