package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state as the next command of an entry sees it: the store, and over it the effects of the
 * commands before. Every effect goes into the write batch and into the digest. Lives for one apply;
 * used by the apply thread.
 */
final class PendingChanges implements KeyValueReader {
  private final KeyValueReader store;
  private final WriteBatch batch;
  private final RunningDigest digest;

  /** What was written in this entry; empty for a deleted row. */
  private final TreeMap<Bytes, Optional<Bytes>> rows = new TreeMap<>();

  /** What is added to rows of numbers in this entry. */
  private final TreeMap<Bytes, NumbersRow> sums = new TreeMap<>();

  private final List<Effect.DeleteRange> deletedRanges = new ArrayList<>();

  /** Rows read from the store, so that a batch asks for its table's descriptor once. */
  private final Map<Bytes, Optional<Bytes>> fetched = new HashMap<>();

  PendingChanges(KeyValueReader store, WriteBatch batch, RunningDigest digest) {
    this.store = store;
    this.batch = batch;
    this.digest = digest;
  }

  /** Applies a decider's effects, in order. */
  void applyAll(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Put put) {
        requireDeciderKey(put.key());
        put(put.key(), put.value());
      } else if (effect instanceof Effect.Delete delete) {
        requireDeciderKey(delete.key());
        sums.remove(delete.key());
        delete(delete.key());
      } else if (effect instanceof Effect.Add add) {
        requireDeciderKey(add.key());
        sums.computeIfAbsent(add.key(), key -> NumbersRow.of(get(key)))
            .add(add.slot(), add.amount());
      } else if (effect instanceof Effect.DeleteRange range) {
        requireDeciderKey(range.startInclusive());
        deleteRange(range);
      }
    }
  }

  /** Writes what the entry has added up; call once, after its last command. */
  void putSums() {
    sums.forEach((key, numbers) -> put(key, numbers.encode()));
    sums.clear();
  }

  void put(Bytes key, Bytes value) {
    batch.put(key, value);
    rows.put(key, Optional.of(value));
    digest.add(1);
    digest.add(key);
    digest.add(value);
  }

  void delete(Bytes key) {
    batch.delete(key);
    rows.put(key, Optional.empty());
    digest.add(2);
    digest.add(key);
  }

  private void deleteRange(Effect.DeleteRange range) {
    batch.deleteRange(range.startInclusive(), range.endExclusive());
    rows.subMap(range.startInclusive(), range.endExclusive()).clear();
    deletedRanges.add(range);
    digest.add(3);
    digest.add(range.startInclusive());
    digest.add(range.endExclusive());
  }

  @Override
  public @Nullable Bytes get(Bytes key) {
    Optional<Bytes> row = rows.get(key);
    if (row == null) {
      if (isRangeDeleted(key)) {
        return null;
      }
      row = fetched.get(key);
      if (row == null) {
        row = Optional.ofNullable(store.get(key));
        fetched.put(key, row);
      }
    }
    return row.orElse(null);
  }

  @Override
  public Cursor cursor(
      Bytes startInclusive, @Nullable Bytes endExclusive, Cursor.Direction direction) {
    Cursor stored = store.cursor(startInclusive, endExclusive, direction);
    if (rows.isEmpty() && deletedRanges.isEmpty()) {
      return stored;
    }
    var changed =
        endExclusive == null
            ? rows.tailMap(startInclusive, true)
            : rows.subMap(startInclusive, true, endExclusive, false);
    return new OverlaidCursor(stored, changed, this::isRangeDeleted, direction);
  }

  private boolean isRangeDeleted(Bytes key) {
    for (Effect.DeleteRange range : deletedRanges) {
      if (range.startInclusive().compareTo(key) <= 0 && key.compareTo(range.endExclusive()) < 0) {
        return true;
      }
    }
    return false;
  }

  /** Tells which items the entry at this index writes or deletes; before the batch is committed. */
  void raise(RecentWrites writes, long index) {
    Bytes start = KeyLayout.start(KeyLayout.ITEM);
    Bytes end = KeyLayout.end(KeyLayout.ITEM);
    for (Effect.DeleteRange range : deletedRanges) {
      if (range.startInclusive().compareTo(end) < 0 && start.compareTo(range.endExclusive()) < 0) {
        writes.raiseAll(index);
        return;
      }
    }
    for (Bytes rowKey : rows.subMap(start, end).keySet()) {
      writes.raise(rowKey.slice(1), index);
    }
  }

  private static void requireDeciderKey(Bytes key) {
    if (key.isEmpty() || key.get(0) < KeyLayout.FIRST_OF_DECIDERS) {
      throw new IllegalStateException("a decider wrote the shell's row " + key);
    }
  }
}
