package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.client.routing.ItemStore;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * By which key the partition of a segment is found: names of shards do not tell. What is known of a
 * segment never changes. Thread-safe.
 */
final class SegmentPlaces {
  /** At about a hundred bytes each, and three kilobytes at the very most. */
  private static final int KNOWN_COUNT_MAX = 4096;

  private record Key(TableId table, SegmentId segment) {}

  private final ItemStore store;
  private final Duration timeout;

  /** Guarded by itself; those last used last. */
  private final Map<Key, Bytes> known = new LinkedHashMap<>(16, 0.75f, true);

  SegmentPlaces(ItemStore store, Duration timeout) {
    this.store = store;
    this.timeout = timeout;
  }

  /** The first key of a segment; empty when the table has no such segment. */
  CompletableFuture<Optional<Bytes>> startOf(TableId table, SegmentId segment) {
    Optional<Bytes> start = find(table, segment);
    return start.isPresent()
        ? CompletableFuture.completedFuture(start)
        : ask(table)
            .thenApply(
                segments ->
                    segments.stream()
                        .filter(each -> each.id().equals(segment))
                        .map(ChangeSegment::start)
                        .findFirst());
  }

  private Optional<Bytes> find(TableId table, SegmentId segment) {
    synchronized (known) {
      @Nullable Bytes start = known.get(new Key(table, segment));
      return Optional.ofNullable(start);
    }
  }

  /** All segments of a table. */
  CompletableFuture<List<ChangeSegment>> ask(TableId table) {
    return store
        .segments(table, timeout)
        .thenApply(
            result -> {
              if (!(result instanceof ReadResult.Segments found)) {
                throw TableAccess.refused(result);
              }
              learn(table, found.segments());
              return found.segments();
            });
  }

  private void learn(TableId table, List<ChangeSegment> segments) {
    synchronized (known) {
      segments.forEach(each -> known.put(new Key(table, each.id()), each.start()));
      known.keySet().stream()
          .limit(Math.max(0, known.size() - KNOWN_COUNT_MAX))
          .toList()
          .forEach(known::remove);
    }
  }
}
