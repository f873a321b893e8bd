package dev.holdfast.client.routing;

import dev.holdfast.client.routing.Routes.Route;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Paging.Order;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page over as many partitions as it takes: each is asked for what is left of the page, in the
 * order of the read, until the page is full or the range ends.
 *
 * <p>State is handed from one partition's answer to the next question; it needs no lock.
 */
final class RangeRead {
  private final Reads reads;
  private final Routes routes;
  private final KeyRange range;
  private final Paging paging;
  private final Function<Paging, Read> read;
  private final ReadOptions options;
  private final long deadlineNanos;
  private final List<Item> items = new ArrayList<>();
  private int count;
  private int scannedCount;
  private long scannedBytes;
  private long readBytes;
  private int fetchedUnits;

  /**
   * @param range all that the read may look at
   * @param read the read with another paging
   */
  RangeRead(
      Reads reads,
      Routes routes,
      KeyRange range,
      Paging paging,
      Function<Paging, Read> read,
      ReadOptions options) {
    this.reads = reads;
    this.routes = routes;
    this.range = range;
    this.paging = paging;
    this.read = read;
    this.options = options;
    this.deadlineNanos = routes.world().nanoTime() + options.timeout().toNanos();
  }

  /**
   * Begins at a routing key.
   *
   * @param from where to begin; null for the edge of the range
   */
  CompletableFuture<ReadResult> from(@Nullable Bytes from) {
    if (paging.order() == Order.ASCENDING) {
      Bytes start = from == null ? range.startInclusive() : from;
      return next(start);
    }
    return from == null ? nextBelow(range.endExclusive()) : next(from);
  }

  private CompletableFuture<ReadResult> next(Bytes key) {
    return reads
        .read(() -> routes.routeOf(key), read.apply(rest()), options, deadlineNanos)
        .thenCompose(this::take);
  }

  /** Goes on, downwards, with the partition that holds the keys just below a border. */
  private CompletableFuture<ReadResult> nextBelow(@Nullable Bytes border) {
    return reads
        .read(() -> routeBelow(border), read.apply(rest()), options, deadlineNanos)
        .thenCompose(this::take);
  }

  private Route routeBelow(@Nullable Bytes border) {
    List<ClusterMap.Partition> partitions = routes.map().partitions();
    for (ClusterMap.Partition partition : partitions) {
      Bytes end = partition.range().endExclusive();
      if (end == null || (border != null && end.compareTo(border) >= 0)) {
        return Objects.requireNonNull(routes.routeOf(partition.id()));
      }
    }
    throw new IllegalStateException("the map has an end");
  }

  private Paging rest() {
    return new Paging(
        paging.exclusiveStart(),
        paging.order(),
        Math.max(1, paging.limit() - scannedCount),
        (int) Math.max(1, paging.bytesMax() - readBytes));
  }

  private CompletableFuture<ReadResult> take(Reads.Answer answer) {
    if (!(answer.result() instanceof ReadResult.Page page)) {
      return CompletableFuture.completedFuture(answer.result());
    }
    items.addAll(page.items());
    count += page.count();
    scannedCount += page.scannedCount();
    scannedBytes += page.scannedBytes();
    readBytes += page.readBytes();
    fetchedUnits += page.fetchedUnits();
    if (!page.continues()) {
      return CompletableFuture.completedFuture(whole(page.lastEvaluated()));
    }
    KeyRange asked = answer.route().range();
    if (paging.order() == Order.DESCENDING) {
      return nextBelow(asked.startInclusive());
    }
    Bytes end = asked.endExclusive();
    return end == null ? CompletableFuture.completedFuture(whole(null)) : next(end);
  }

  private ReadResult.Page whole(@Nullable Item lastEvaluated) {
    return new ReadResult.Page(
        items, count, scannedCount, scannedBytes, readBytes, fetchedUnits, lastEvaluated, false);
  }
}
