package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.Rows;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.HeaderRows;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.table.TableDecider;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A partition that is split, by the code that splits partitions, and what has to become of two
 * partitions' rows when they are merged, for transactions to survive it (R5; replication.md S7).
 * Request ids and totals stay with the left one of a merge: nobody here asks for them.
 *
 * @param windowMicros of the partitions' limits
 * @param lost rows that are forgotten on the way, to see that it is noticed
 */
public record Resharding(long windowMicros, Predicate<Bytes> lost) {

  /** The half of a partition that lies in a smaller range. */
  public KeyValueStore half(KeyValueReader whole, ClusterMap.Partition half) {
    KeyValueStore store = Rows.store(Rows.of(whole));
    PartitionResharding splits =
        new PartitionResharding(
            new TableDecider(Intents::locks).tableResharding(),
            new TransactionLimits(
                windowMicros, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
    long stampMicros = HeaderRows.stampMicros(whole);
    HeaderRows.apply(store, splits.inherited(store, half.range(), stampMicros));
    SortedMap<Bytes, Bytes> rows = new TreeMap<>(Rows.of(store));
    rows.put(HeaderRows.KEY, HeaderRows.after(whole, half));
    if (isCounted(whole) && !isCounted(store)) {
      throw new AssertionError("a split has not counted what is left");
    }
    return counted(rows, Counts.of(store).trimmedUntilMicros());
  }

  private static boolean isCounted(KeyValueReader state) {
    return Counts.of(state).toTransactionCounts().equals(TransactionRows.count(state));
  }

  private static void put(SortedMap<Bytes, Bytes> rows, AttemptRow row) {
    rows.remove(AttemptRow.key(KeyLayout.ATTEMPT, row.attempt()));
    rows.remove(AttemptRow.key(KeyLayout.ATTEMPT_OVER, row.attempt()));
    if (!row.equals(AttemptRow.unknown(row.attempt()))) {
      byte kind = row.isSettled() ? KeyLayout.ATTEMPT_OVER : KeyLayout.ATTEMPT;
      rows.put(AttemptRow.key(kind, row.attempt()), row.encode());
    }
  }

  /** Two neighbours together. */
  public KeyValueStore both(
      KeyValueReader left, KeyValueReader right, ClusterMap.Partition merged) {
    SortedMap<Bytes, Bytes> rows = new TreeMap<>(Rows.of(left));
    long trimmedUntil =
        Math.max(Counts.of(left).trimmedUntilMicros(), Counts.of(right).trimmedUntilMicros());
    Rows.of(right)
        .forEach(
            (key, row) -> {
              switch (key.get(0)) {
                case KeyLayout.ITEM, KeyLayout.INTENT, KeyLayout.TOKEN ->
                    rows.putIfAbsent(key, row);
                case KeyLayout.ATTEMPT, KeyLayout.ATTEMPT_OVER -> {
                  Attempt attempt = attempt(key, row);
                  put(rows, united(AttemptRow.of(left, attempt), AttemptRow.of(right, attempt)));
                }
                default -> {} // the left one's
              }
            });
    rows.keySet().removeIf(key -> isTrimmed(key, trimmedUntil));
    rows.put(HeaderRows.KEY, HeaderRows.afterBoth(left, right, merged));
    return counted(rows, trimmedUntil);
  }

  /** Of a settled one as much as its row is found by. */
  private static Attempt attempt(Bytes key, Bytes row) {
    if (key.get(0) == KeyLayout.ATTEMPT) {
      return AttemptRow.decode(row).attempt();
    }
    ByteBuffer fields = key.asReadOnlyBuffer().position(1);
    long deadlineMicros = fields.getLong();
    AttemptId id = new AttemptId(fields.getLong(), fields.getLong());
    return new Attempt(id, Bytes.EMPTY, deadlineMicros, null);
  }

  /** Keys are open where they are open; what is over on either side is over. */
  private static AttemptRow united(AttemptRow one, AttemptRow other) {
    Outcome outcome = one.outcome() == Outcome.UNDECIDED ? other.outcome() : one.outcome();
    Function<Function<AttemptRow, SortedSet<Bytes>>, SortedSet<Bytes>> all =
        part -> {
          SortedSet<Bytes> keys = new TreeSet<>(part.apply(one));
          keys.addAll(part.apply(other));
          return keys;
        };
    return new AttemptRow(
        one.open().isEmpty() && one.unconfirmed().isEmpty() ? other.attempt() : one.attempt(),
        all.apply(AttemptRow::open),
        outcome == Outcome.UNDECIDED ? all.apply(AttemptRow::over) : new TreeSet<>(),
        outcome,
        all.apply(AttemptRow::unconfirmed));
  }

  private boolean isTrimmed(Bytes key, long trimmedUntil) {
    return switch (key.get(0)) {
      case KeyLayout.ATTEMPT_OVER -> KeyLayout.number(key) < trimmedUntil;
      case KeyLayout.TOKEN -> KeyLayout.number(key) < trimmedUntil / windowMicros;
      default -> false;
    };
  }

  private KeyValueStore counted(SortedMap<Bytes, Bytes> rows, long trimmedUntil) {
    rows.keySet().removeIf(lost);
    rows.keySet().removeIf(key -> key.get(0) == KeyLayout.TRANSACTION_COUNTS);
    KeyValueStore store = Rows.store(rows);
    Counts counts = Counts.of(store);
    if (trimmedUntil > 0) {
      counts.trim(trimmedUntil, trimmedUntil / windowMicros);
    }
    for (Map.Entry<Bytes, Bytes> row : rows.entrySet()) {
      count(counts, row.getKey(), row.getValue());
    }
    for (Effect effect : counts.effects()) {
      Effect.Put put = (Effect.Put) effect;
      rows.put(put.key(), put.value());
    }
    return Rows.store(rows);
  }

  private void count(Counts counts, Bytes key, Bytes row) {
    switch (key.get(0)) {
      case KeyLayout.INTENT -> counts.addIntents(IntentRow.count(row));
      case KeyLayout.ATTEMPT -> counts.addOpenAttempts(1);
      case KeyLayout.ATTEMPT_OVER ->
          counts.addSettledAttempts(KeyLayout.number(key) / windowMicros, 1);
      case KeyLayout.TOKEN -> counts.addTokens(KeyLayout.number(key), 1);
      default -> {}
    }
  }
}
