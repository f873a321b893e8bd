package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.spi.TransactionCounts;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many rows a partition keeps for transactions, in one row; so that where there are no intents,
 * which is most of the time, nobody looks for any, and so that limits can be kept.
 *
 * <ul>
 *   <li>Exact after every command: a Put, because the next command of an entry must see it.
 *   <li>What goes with time is counted by period, a window's length each, numbered from 0 on: a
 *       whole period is removed without being looked at.
 * </ul>
 *
 * <p>Lives for one command; {@link #effects} writes what was changed.
 */
final class Counts {
  private static final Bytes KEY = KeyLayout.start(KeyLayout.TRANSACTION_COUNTS);

  private long intents;
  private long openAttempts;
  private long trimmedUntilMicros;
  private final TreeMap<Long, Long> settledAttempts = new TreeMap<>();
  private final TreeMap<Long, Long> tokens = new TreeMap<>();
  private boolean changed;

  private Counts() {}

  static Counts of(KeyValueReader state) {
    Bytes row = state.get(KEY);
    return row == null ? new Counts() : Fields.read("the counts of transactions", row, Counts::of);
  }

  private static Counts of(Fields fields) {
    Counts counts = new Counts();
    counts.intents = fields.number();
    counts.openAttempts = fields.number();
    counts.trimmedUntilMicros = fields.number();
    for (TreeMap<Long, Long> periods : List.of(counts.settledAttempts, counts.tokens)) {
      for (int left = fields.count(); left > 0; left--) {
        periods.put(fields.number(), fields.number());
      }
    }
    return counts;
  }

  /** How many intents there are; cheaper than all counts. */
  static long intents(KeyValueReader state) {
    Bytes row = state.get(KEY);
    return row == null ? 0 : Fields.read("the counts of transactions", row, Fields::number);
  }

  long intents() {
    return intents;
  }

  void addIntents(long more) {
    changed |= more != 0;
    intents += more;
  }

  void addOpenAttempts(long more) {
    changed |= more != 0;
    openAttempts += more;
  }

  long openAttempts() {
    return openAttempts;
  }

  /**
   * @param period of their deadlines
   */
  void addSettledAttempts(long period, long more) {
    add(settledAttempts, period, more);
  }

  long settledAttempts() {
    return sum(settledAttempts);
  }

  /**
   * @param period in which they were spent
   */
  void addTokens(long period, long more) {
    add(tokens, period, more);
  }

  long tokens() {
    return sum(tokens);
  }

  private void add(SortedMap<Long, Long> periods, long period, long more) {
    changed |= more != 0;
    if (periods.merge(period, more, Long::sum) == 0) {
      periods.remove(period);
    }
  }

  private static long sum(SortedMap<Long, Long> periods) {
    long sum = 0;
    for (long count : periods.values()) {
      sum += count;
    }
    return sum;
  }

  /** There are no settled attempts with deadlines, nor tokens from times, before this. */
  long trimmedUntilMicros() {
    return trimmedUntilMicros;
  }

  /**
   * All before this time is removed.
   *
   * @param period the one that begins with it
   * @return whether there was anything
   */
  boolean trim(long untilMicros, long period) {
    changed = true;
    trimmedUntilMicros = untilMicros;
    var attempts = settledAttempts.headMap(period);
    var uses = tokens.headMap(period);
    boolean any = !attempts.isEmpty() || !uses.isEmpty();
    attempts.clear();
    uses.clear();
    return any;
  }

  TransactionCounts toTransactionCounts() {
    return new TransactionCounts(intents, openAttempts, settledAttempts(), tokens());
  }

  List<Effect> effects() {
    if (!changed) {
      return List.of();
    }
    Fields.Writer row =
        new Fields.Writer().number(intents).number(openAttempts).number(trimmedUntilMicros);
    for (TreeMap<Long, Long> periods : List.of(settledAttempts, tokens)) {
      row.count(periods.size());
      periods.forEach((period, count) -> row.number(period).number(count));
    }
    return List.of(new Effect.Put(KEY, row.row()));
  }
}
