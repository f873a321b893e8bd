package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one kind with the greatest keys: all there are while they are few, and the newest
 * where keys grow with time.
 *
 * <p>Invariant: holds every row of the kind from {@code start} on, and no other. The value of a
 * large row is left to the store.
 */
final class LastRows implements RowMemory {
  /** Every partition has some of these: at most 4 MB a kind, and far less as rows usually are. */
  static final int ROW_COUNT_MAX = 2048;

  /** Of a row that is there and is not kept: too large, or empty. */
  private static final Bytes NOT_KEPT = Bytes.EMPTY;

  private final int rowCountMax;
  private final TreeMap<Bytes, Bytes> rows = new TreeMap<>();
  private Bytes start;

  private LastRows(Bytes start, int rowCountMax) {
    this.start = start;
    this.rowCountMax = rowCountMax;
  }

  static LastRows load(KeyValueReader store, byte kind, int rowCountMax) {
    LastRows last = new LastRows(KeyLayout.start(kind), rowCountMax);
    try (Cursor stored =
        store.cursor(KeyLayout.start(kind), KeyLayout.end(kind), Cursor.Direction.BACKWARD)) {
      while (stored.next()) {
        if (last.rows.size() == rowCountMax) {
          last.start = last.rows.firstKey();
          break;
        }
        last.rows.put(stored.key(), kept(stored.value()));
      }
    }
    return last;
  }

  private static Bytes kept(Bytes value) {
    return value.size() > VALUE_BYTES_MAX ? NOT_KEPT : RowMemory.alone(value);
  }

  @Override
  public @Nullable Known get(Bytes key) {
    if (key.compareTo(start) < 0) {
      return null;
    }
    Bytes value = rows.get(key);
    if (value == null) {
      return Known.ABSENT;
    }
    return value.equals(NOT_KEPT) ? null : new Known(value);
  }

  @Override
  public void put(Bytes key, Bytes value) {
    if (key.compareTo(start) < 0) {
      return;
    }
    rows.put(key, kept(value));
    if (rows.size() > rowCountMax) {
      rows.pollFirstEntry();
      start = rows.firstKey();
    }
  }

  @Override
  public void delete(Bytes key) {
    rows.remove(key);
  }

  @Override
  public void deleteRange(Bytes startInclusive, Bytes endExclusive) {
    rows.subMap(startInclusive, endExclusive).clear();
  }
}
