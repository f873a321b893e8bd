package dev.holdfast.jepsen.store;

import dev.holdfast.jepsen.store.FaultyStore.Mistake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The indexes and streams of a {@link FaultyStore}. Thread-safe. */
final class FaultyFollowers implements FollowedTables {
  private static final String SHARD = "shard";
  private static final int FASTER = 20;

  private final FaultyStore store;
  private final Predicate<Mistake> strikes;
  private final Map<Cell, Entry> items = new TreeMap<>(FaultyStore.ORDER);
  private final Map<Cell, Entry> before = new HashMap<>();

  /** By table and name. */
  private final Map<List<String>, Map<Cell, Entry>> indexes = new HashMap<>();

  private final List<StreamRecord> records = new ArrayList<>();

  /**
   * @param strikes whether a mistake is to be made now
   */
  FaultyFollowers(FaultyStore store, Predicate<Mistake> strikes) {
    this.store = store;
    this.strikes = strikes;
  }

  /** An item has changed. */
  synchronized void changed(Change change, Content old, Content fresh) {
    Cell cell = change.cell();
    Long value = fresh.value();
    String group = change instanceof Change.Put put ? put.group() : null;
    Entry entry = value == null ? null : new Entry(cell.key(), value, group);
    Entry was = entry == null ? items.remove(cell) : items.put(cell, entry);
    if (was == null) {
      before.remove(cell);
    } else {
      before.put(cell, was);
    }
    if (!strikes.test(Mistake.INDEX_FORGETS)) {
      indexes.forEach(
          (name, index) -> {
            if (name.get(0).equals(cell.table())) {
              show(index, cell, entry);
            }
          });
    }
    int count = strikes.test(Mistake.STREAM_SKIPS) ? 0 : 1;
    for (int i = 0; i < (strikes.test(Mistake.STREAM_REPEATS) ? 2 : count); i++) {
      tell(cell, old.value(), value);
    }
    if (records.size() > 1 && strikes.test(Mistake.STREAM_SWAPS)) {
      records.add(records.size() - 2, records.remove(records.size() - 1));
    }
  }

  private void tell(Cell cell, @Nullable Long old, @Nullable Long fresh) {
    String kind = old == null ? "INSERT" : fresh == null ? "REMOVE" : "MODIFY";
    String sequence = Integer.toString(records.size() + 1);
    records.add(new StreamRecord(SHARD, sequence, kind, cell.key(), old, fresh));
  }

  private static void show(Map<Cell, Entry> index, Cell cell, @Nullable Entry entry) {
    if (entry == null || entry.group() == null) {
      index.remove(cell);
    } else {
      index.put(cell, entry);
    }
  }

  @Override
  public void createIndexed(String table, String index) {
    store.createTable(table, Store.Shape.SINGLE);
    addIndex(table, index);
  }

  @Override
  public void createStreamed(String table) {
    store.createTable(table, Store.Shape.SINGLE);
  }

  @Override
  public synchronized void addIndex(String table, String index) {
    Map<Cell, Entry> fresh = new TreeMap<>(FaultyStore.ORDER);
    items.forEach(
        (cell, entry) -> {
          if (cell.table().equals(table) && !strikes.test(Mistake.INDEX_ACTIVE_TOO_EARLY)) {
            show(fresh, cell, entry);
          }
        });
    indexes.put(List.of(table, index), fresh);
  }

  @Override
  public synchronized void removeIndex(String table, String index) {
    indexes.remove(List.of(table, index));
  }

  @Override
  public synchronized @Nullable String statusOf(String table, String index) {
    return indexes.containsKey(List.of(table, index)) ? ACTIVE : null;
  }

  @Override
  public synchronized long count(String table, @Nullable String index) {
    return scan(table, index, Store.Level.STRONG).size();
  }

  @Override
  public synchronized List<Entry> scan(String table, @Nullable String index, Store.Level level) {
    Map<Cell, Entry> all =
        index == null ? items : Objects.requireNonNull(indexes.get(List.of(table, index)));
    return List.copyOf(all.values());
  }

  @Override
  public synchronized List<Entry> query(String table, String index, String group) {
    Map<Cell, Entry> all =
        strikes.test(Mistake.READS_WHAT_WAS_BEFORE)
            ? before
            : Objects.requireNonNull(indexes.get(List.of(table, index)));
    return all.values().stream().filter(entry -> group.equals(entry.group())).toList();
  }

  @Override
  public synchronized Stream stream(String table) {
    return new Stream(List.of(new Shard(SHARD, null)), records);
  }

  @Override
  public void rest(long nanos) {
    LockSupport.parkNanos(nanos / FASTER);
  }
}
