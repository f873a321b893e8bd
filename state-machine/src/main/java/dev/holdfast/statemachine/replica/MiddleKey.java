package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.KeyValueStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key in the middle of what a partition holds, by bytes. Few items are counted; of many
 * the store's estimates say, byte by byte of the key, where half of them lie before. Any thread.
 */
final class MiddleKey {
  /** As many are looked at. */
  private static final int COUNTED_MAX = 4_000;

  /** Closer to the middle than this part of the whole nobody has to come. */
  private static final int GOOD_ENOUGH = 32;

  /** Table, hash, and the beginning of the partition key or, in one collection, of the sort key. */
  private static final int DEPTH_MAX = 96;

  private final KeyValueStore store;
  private final KeyValueReader snapshot;
  private final Effect.DeleteRange items;

  /**
   * @param range of the partition
   */
  MiddleKey(KeyValueStore store, KeyValueReader snapshot, KeyRange range) {
    this.store = store;
    this.snapshot = snapshot;
    this.items = Effect.DeleteRange.ofKind(KeyLayout.ITEM, range);
  }

  /** The routing key of an item that is not the first; empty where there are fewer than two. */
  Optional<Bytes> find() {
    List<Bytes> keys = new ArrayList<>();
    List<Long> bytesBefore = new ArrayList<>();
    long bytes = 0;
    try (Cursor rows = cursor(items.startInclusive())) {
      while (keys.size() <= COUNTED_MAX && rows.next()) {
        keys.add(rows.key());
        bytesBefore.add(bytes);
        bytes += rows.key().size() + rows.value().size();
      }
    }
    if (keys.size() > COUNTED_MAX) {
      return Optional.of(routingKey(estimated(keys.get(1))));
    }
    for (int i = 1; i < keys.size(); i++) {
      if (2 * bytesBefore.get(i) >= bytes || i == keys.size() - 1) {
        return Optional.of(routingKey(keys.get(i)));
      }
    }
    return Optional.empty();
  }

  private Bytes estimated(Bytes second) {
    long half = bytesBefore(items.endExclusive()) / 2;
    Bytes prefix = Bytes.EMPTY;
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
      Bytes longer = next(prefix, half);
      long ofThose = bytesBefore(end(longer)) - bytesBefore(longer);
      prefix = longer;
      if (ofThose <= half / GOOD_ENOUGH) {
        break;
      }
    }
    try (Cursor rows = cursor(prefix.compareTo(second) < 0 ? second : prefix)) {
      return rows.next() ? rows.key() : second;
    }
  }

  /** The prefix with the largest byte after it such that not half of all lies before it. */
  private Bytes next(Bytes prefix, long half) {
    int low = 0;
    int high = 0xff;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (bytesBefore(with(prefix, middle)) <= half) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return with(prefix, low);
  }

  private static Bytes with(Bytes prefix, int value) {
    return prefix.concat(Bytes.wrap(new byte[] {(byte) value}));
  }

  private static @Nullable Bytes end(Bytes prefix) {
    return prefix.prefixEnd();
  }

  private long bytesBefore(@Nullable Bytes key) {
    Bytes end = key == null || key.compareTo(items.endExclusive()) > 0 ? items.endExclusive() : key;
    return end.compareTo(items.startInclusive()) <= 0
        ? 0
        : store.approximateBytes(items.startInclusive(), end);
  }

  private Cursor cursor(Bytes start) {
    return snapshot.cursor(start, items.endExclusive(), Cursor.Direction.FORWARD);
  }

  private static Bytes routingKey(Bytes rowKey) {
    return rowKey.slice(1);
  }
}
