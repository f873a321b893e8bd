package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.Rows;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Decider;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.HeaderRows;
import dev.holdfast.statemachine.replica.RememberedKind;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.table.TableDecider;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A partition that is split, by the code that splits partitions, or merged, and what is to be lost
 * of its rows on the way (R5; replication.md S7, M).
 *
 * @param windowMicros of the partitions' limits
 * @param lost rows that are forgotten on the way, to see that it is noticed
 */
public record Resharding(long windowMicros, Predicate<Bytes> lost) {

  private PartitionResharding real() {
    return new PartitionResharding(
        new TableDecider(Intents::locks).tableResharding(),
        new TransactionLimits(
            windowMicros, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
  }

  /** A decider with other commands and the real resharding. */
  public Decider around(Decider decider) {
    return new Decider() {
      @Override
      public Decision decide(KeyValueReader state, CommandContext context, Command command) {
        return decider.decide(state, context, command);
      }

      @Override
      public dev.holdfast.statemachine.replica.Resharding resharding() {
        return real();
      }

      @Override
      public List<RememberedKind> rememberedKinds() {
        return decider.rememberedKinds();
      }
    };
  }

  /** The half of a partition that lies in a smaller range. */
  public KeyValueStore half(KeyValueReader whole, ClusterMap.Partition half) {
    KeyValueStore store = Rows.store(Rows.of(whole));
    long stampMicros = HeaderRows.stampMicros(whole);
    HeaderRows.apply(store, real().inherited(store, half, stampMicros));
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
