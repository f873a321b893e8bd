package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.StorageException;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * The request ids a partition remembers, with their results (replication.md E2, invariant 7).
 *
 * <ul>
 *   <li>State: the rows of kind WINDOW and the floor in the header. This class mirrors their ids,
 *       so that a new id costs no look-up in the store.
 *   <li>Eviction is by whole entries, oldest first, a function of the log alone.
 *   <li>Used by the apply thread.
 * </ul>
 */
final class RequestWindow {
  /** What is remembered of one log entry. */
  private record Entry(long index, long stampMicros, int requestCount, int bytes) {}

  private final WindowLimits limits;
  private final RequestIndex ids;
  private final ArrayDeque<Entry> entries;
  private long bytes;
  private long floorMicros;

  private RequestWindow(
      WindowLimits limits, RequestIndex ids, ArrayDeque<Entry> entries, long floorMicros) {
    this.limits = limits;
    this.ids = ids;
    this.entries = entries;
    this.floorMicros = floorMicros;
  }

  static RequestWindow load(KeyValueReader store, WindowLimits limits, long floorMicros) {
    RequestWindow window =
        new RequestWindow(limits, new RequestIndex(), new ArrayDeque<>(), floorMicros);
    try (Cursor rows =
        store.cursor(
            KeyLayout.start(KeyLayout.WINDOW),
            KeyLayout.end(KeyLayout.WINDOW),
            Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        Bytes row = rows.value();
        window.add(KeyLayout.number(rows.key()), WindowRow.decode(row), row.size());
      }
    }
    return window;
  }

  /** The same, for somebody else: what {@link #load} would make of the same rows. */
  RequestWindow copy() {
    RequestWindow copy =
        new RequestWindow(limits, ids.copy(), new ArrayDeque<>(entries), floorMicros);
    copy.bytes = bytes;
    return copy;
  }

  /** The newest stamp evicted, or {@link Header#FLOOR_NONE}. */
  long floorMicros() {
    return floorMicros;
  }

  /** The remembered result of a request, if any. */
  Optional<Result> resultOf(RequestId id, KeyValueReader state) {
    long index = ids.entryOf(id);
    if (index == RequestIndex.ABSENT) {
      return Optional.empty();
    }
    return Optional.of(
        rowOf(index, state)
            .resultOf(id)
            .map(StateCodec::decodeResult)
            .orElseThrow(
                () ->
                    new StorageException("the window lost request " + id + " of " + index, null)));
  }

  /** Whether a request that is absent may have been applied and forgotten (E2). */
  boolean mayHaveForgotten(long carriedStampMicros) {
    return carriedStampMicros <= floorMicros;
  }

  /** Evicts what is older than the window at this time. */
  void evictExpired(long stampMicros, PendingChanges changes) {
    long oldest = stampMicros - limits.windowMicros();
    while (!entries.isEmpty() && entries.element().stampMicros() < oldest) {
      evictOldest(changes);
    }
  }

  /** Remembers an entry's requests, and evicts the oldest entries beyond the limits. */
  void remember(long index, WindowRow row, PendingChanges changes) {
    Bytes encoded = row.encode();
    changes.put(WindowRow.key(index), encoded);
    add(index, row, encoded.size());
    while (entries.size() > 1
        && (ids.size() > limits.requestCountMax() || bytes > limits.resultBytesMax())) {
      evictOldest(changes);
    }
  }

  /**
   * Remembers what a partition that was absorbed has remembered (E), behind what is here, so that
   * nothing is forgotten earlier than it was to be.
   *
   * @param other its rows, in order
   * @param first the number that the first of them gets
   * @return how many numbers they took
   */
  long unite(KeyValueReader other, long otherFloorMicros, long first, PendingChanges changes) {
    floorMicros = Math.max(floorMicros, otherFloorMicros);
    long number = first;
    try (Cursor rows =
        other.cursor(
            KeyLayout.start(KeyLayout.WINDOW),
            KeyLayout.end(KeyLayout.WINDOW),
            Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        WindowRow row = WindowRow.decode(rows.value());
        WindowRow news = // the rest both have inherited from a partition that was split
            new WindowRow(
                row.stampMicros(),
                row.requests().stream()
                    .filter(request -> ids.entryOf(request.id()) == RequestIndex.ABSENT)
                    .toList());
        if (!news.requests().isEmpty()) {
          remember(number++, news, changes);
        }
      }
    }
    return number - first;
  }

  private void add(long index, WindowRow row, int rowBytes) {
    row.requests().forEach(request -> ids.add(request.id(), index));
    entries.add(new Entry(index, row.stampMicros(), row.requests().size(), rowBytes));
    bytes += rowBytes;
  }

  private void evictOldest(PendingChanges changes) {
    Entry oldest = entries.remove();
    ids.removeOldest(oldest.requestCount());
    bytes -= oldest.bytes();
    floorMicros = Math.max(floorMicros, oldest.stampMicros());
    changes.delete(WindowRow.key(oldest.index()));
  }

  private static WindowRow rowOf(long index, KeyValueReader state) {
    Bytes row = state.get(WindowRow.key(index));
    if (row == null) {
      throw new StorageException("the window lost the requests of entry " + index, null);
    }
    return WindowRow.decode(row);
  }
}
