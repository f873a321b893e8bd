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
 * commands before. What is left of them at the end of the entry goes into the write batch and into
 * the digest, in the order of the keys; a row that many commands write is written once. Lives for
 * one apply; used by the apply thread.
 */
final class PendingChanges implements KeyValueReader {
  private final KeyValueReader store;
  private final RowMemories memories;

  /** What was written in this entry; empty for a deleted row. */
  private final TreeMap<Bytes, Optional<Bytes>> rows = new TreeMap<>();

  /** What is added to rows of numbers in this entry. */
  private final TreeMap<Bytes, NumbersRow> sums = new TreeMap<>();

  private final List<Effect.DeleteRange> deletedRanges = new ArrayList<>();

  /** Rows read from the store, so that a batch asks for its table's descriptor once. */
  private final Map<Bytes, Optional<Bytes>> fetched = new HashMap<>();

  PendingChanges(KeyValueReader store, RowMemories memories) {
    this.store = store;
    this.memories = memories;
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

  /**
   * Makes rows of what the entry has added up, none where nothing is left; call once, after its
   * last command.
   */
  void putSums() {
    sums.forEach(
        (key, numbers) -> {
          if (numbers.isZero()) {
            delete(key);
          } else {
            put(key, numbers.encode());
          }
        });
    sums.clear();
  }

  void put(Bytes key, Bytes value) {
    rows.put(key, Optional.of(value));
  }

  void delete(Bytes key) {
    rows.put(key, Optional.empty());
  }

  private void deleteRange(Effect.DeleteRange range) {
    rows.subMap(range.startInclusive(), range.endExclusive()).clear();
    sums.subMap(range.startInclusive(), range.endExclusive()).clear();
    deletedRanges.add(range);
  }

  /** Writes it all: the ranges first, as no row that was changed before its range went is left. */
  void write(WriteBatch batch, RunningDigest digest) {
    for (Effect.DeleteRange range : deletedRanges) {
      batch.deleteRange(range.startInclusive(), range.endExclusive());
      digest.add(3);
      digest.add(range.startInclusive());
      digest.add(range.endExclusive());
    }
    rows.forEach(
        (key, row) -> {
          if (row.isPresent()) {
            batch.put(key, row.get());
            digest.add(1);
            digest.add(key);
            digest.add(row.get());
          } else {
            batch.delete(key);
            digest.add(2);
            digest.add(key);
          }
        });
  }

  /** Tells the memories what was written; once the batch is committed. */
  void written() {
    deletedRanges.forEach(memories::follow);
    rows.forEach(memories::follow);
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
        row = fetch(key);
        fetched.put(key, row);
      }
    }
    return row.orElse(null);
  }

  private Optional<Bytes> fetch(Bytes key) {
    RowMemory.Known known = memories.get(key);
    if (known != null) {
      return Optional.ofNullable(known.value());
    }
    Bytes stored = store.get(key);
    memories.fetched(key, stored);
    return Optional.ofNullable(stored);
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
