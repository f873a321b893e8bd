package dev.holdfast.node.index;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Brings what one partition has to the global indexes of its tables: the changes of its logs, and
 * the items that were there before an index was.
 *
 * <p>One step at a time, which whoever calls sees to; steps may run on different threads. An index
 * that cannot be reached holds up neither the others nor the next step.
 */
final class Delivery {
  /** After so long a step leaves what it has begun to itself. */
  private static final Duration STEP_MAX = Duration.ofMillis(250);

  /** After so many changes, or so much time, the partition is told how far the indexes are. */
  private static final long UNTOLD_COUNT_MAX = 5_000;

  private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private final NodeLink local;
  private final EntryBatches batches;
  private final DeliveryWorld world;
  private final Map<Segment, SegmentDelivery> segments = new ConcurrentHashMap<>();
  private final Map<Filled, IndexBackfill> backfills = new ConcurrentHashMap<>();
  private final List<Waiter> waiters = new CopyOnWriteArrayList<>();
  private final IndexLag lag = new IndexLag();
  private volatile long toldNanos;

  /** A segment; ids repeat over tables. */
  private record Segment(TableId table, SegmentId id) {
    static Segment of(ReadResult.Backlog backlog) {
      return new Segment(backlog.table().id(), backlog.segment().id());
    }
  }

  /** An index of a table. */
  private record Filled(TableId table, TableId index) {
    static Filled of(ReadResult.Backfill backfill) {
      return new Filled(backfill.table().id(), backfill.index());
    }
  }

  /**
   * Somebody who waits for an index to be so far.
   *
   * @param epoch of the partition when it was asked: another one may have given segments away
   * @param wanted numbers by segment; what is reached is taken away
   */
  private record Waiter(
      long epoch, Filled index, Map<SegmentId, Long> wanted, CompletableFuture<Boolean> reached) {}

  /**
   * What a step has found.
   *
   * @param quietIndex up to which index there is nothing left to do; negative when there is, or may
   *     be
   * @param isFollowed whether the partition has any table with global indexes
   */
  record Found(long quietIndex, boolean isFollowed) {}

  Delivery(NodeLink local, EntrySender sender, DeliveryWorld world) {
    this.local = local;
    this.batches = new EntryBatches(sender, world);
    this.world = world;
  }

  /** Brings on what there is, up to a limit. */
  CompletableFuture<Found> step(NodeStatus.Replica replica) {
    LedReplica led = new LedReplica(local, world, replica);
    List<Waiter> asked = List.copyOf(waiters);
    return led.read(new Read.Undelivered())
        .thenCompose(
            reply -> {
              ReadResult result = reply.results().get(0);
              return result instanceof ReadResult.Undelivered undelivered
                  ? step(led, asked, undelivered, reply.position().appliedIndex())
                  : CompletableFuture.completedFuture(new Found(-1, true));
            });
  }

  private CompletableFuture<Found> step(
      LedReplica led, List<Waiter> asked, ReadResult.Undelivered undelivered, long appliedIndex) {
    List<ReadResult.Backlog> backlogs = undelivered.backlogs();
    List<ReadResult.Backfill> unfilled = undelivered.backfills();
    segments.keySet().retainAll(backlogs.stream().map(Segment::of).collect(Collectors.toSet()));
    backfills.keySet().retainAll(unfilled.stream().map(Filled::of).collect(Collectors.toSet()));
    Map<TableId, IndexLag.Lack> lacking = lacking(backlogs);
    lag.learn(lacking);
    world
        .listener()
        .lag(
            led.replica().partition(),
            lacking.values().stream().mapToLong(IndexLag.Lack::count).sum());
    unfilled.forEach(each -> backfill(each).step(led, each));
    boolean isQuiet = backlogs.isEmpty() && unfilled.isEmpty();
    Found found = new Found(isQuiet ? appliedIndex : -1, undelivered.isFollowed());
    return bounded(
            CompletableFuture.allOf(
                backlogs.stream()
                    .map(each -> segment(each).step(led, each))
                    .toArray(CompletableFuture[]::new)))
        .thenRun(() -> tell(asked, led, backlogs))
        .thenCompose(done -> tell(led, undelivered))
        .thenApply(told -> found);
  }

  /** Completes once an index has reached all positions; the next step after that says so. */
  CompletableFuture<Boolean> await(long epoch, Read.Indexed read, ReadResult.Indexed wanted) {
    Map<SegmentId, Long> numbers = new ConcurrentHashMap<>();
    wanted.positions().forEach(each -> numbers.put(each.segment(), each.number()));
    CompletableFuture<Boolean> reached = new CompletableFuture<>();
    Filled index = new Filled(read.table(), read.index());
    Waiter waiter = new Waiter(epoch, index, numbers, reached);
    waiters.add(waiter);
    Futures.whenEnded(reached, (done, failure) -> waiters.remove(waiter));
    return reached;
  }

  boolean isAwaited() {
    return !waiters.isEmpty();
  }

  /** Nobody knows from here when it will be. */
  void abandon(RuntimeException why) {
    waiters.forEach(each -> each.reached().completeExceptionally(why));
  }

  /**
   * A segment that is not among the backlogs is delivered, every number of it.
   *
   * @param asked those who waited before the backlogs were read
   */
  private void tell(List<Waiter> asked, LedReplica led, List<ReadResult.Backlog> backlogs) {
    for (Waiter waiter : asked) {
      if (waiter.epoch() != led.replica().epoch()) {
        waiter
            .reached()
            .completeExceptionally(
                new UnavailableException(Reason.STALE_EPOCH, "it is another partition now"));
        continue;
      }
      Filled index = waiter.index();
      waiter
          .wanted()
          .entrySet()
          .removeIf(
              wanted ->
                  backlogs.stream()
                      .filter(each -> each.table().id().equals(index.table()))
                      .filter(each -> each.segment().id().equals(wanted.getKey()))
                      .allMatch(
                          each -> segment(each).through(each, index.index()) >= wanted.getValue()));
      if (waiter.wanted().isEmpty()) {
        waiter.reached().complete(true);
      }
    }
  }

  private CompletableFuture<Void> bounded(CompletableFuture<Void> deliveries) {
    if (deliveries.isDone()) {
      return deliveries;
    }
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Futures.whenEnded(deliveries, (done, failure) -> ended.complete(null));
    world.router().after(STEP_MAX, () -> ended.complete(null));
    return ended;
  }

  private SegmentDelivery segment(ReadResult.Backlog backlog) {
    return segments.computeIfAbsent(Segment.of(backlog), id -> new SegmentDelivery(batches, world));
  }

  private IndexBackfill backfill(ReadResult.Backfill backfill) {
    return backfills.computeIfAbsent(Filled.of(backfill), id -> new IndexBackfill(batches, world));
  }

  private Map<TableId, IndexLag.Lack> lacking(List<ReadResult.Backlog> backlogs) {
    Map<TableId, IndexLag.Lack> lacking = new HashMap<>();
    Map<TableId, IndexLag.Lack> open = new HashMap<>(); // which count together: the worst is all
    for (ReadResult.Backlog each : backlogs) {
      TableId table = each.table().id();
      if (each.segment().isOpen()) {
        open.merge(table, segment(each).lack(each), IndexLag.Lack::or);
      } else {
        lacking.merge(table, segment(each).lack(each), IndexLag.Lack::plus);
      }
    }
    open.forEach((table, lack) -> lacking.merge(table, lack, IndexLag.Lack::plus));
    return lacking;
  }

  /** Whether there is such a table. */
  boolean stopsAny() {
    return lag.stopsAny();
  }

  /** Whether writes of a table are to be refused, since its indexes are too far behind. */
  boolean stops(TableId table) {
    return lag.stops(table);
  }

  /**
   * Has the partition remember how far the indexes are; often enough that little is done again
   * after a change of leaders, and that little is kept which nobody needs.
   */
  private CompletableFuture<Void> tell(LedReplica led, ReadResult.Undelivered undelivered) {
    long now = world.router().nanoTime();
    boolean isTime = now - toldNanos >= TELL_NANOS;
    List<Command.Control> news = new ArrayList<>();
    for (ReadResult.Backlog backlog : undelivered.backlogs()) {
      long through = segment(backlog).through(backlog);
      long untold = through - backlog.segment().deliveredThrough();
      if (untold > UNTOLD_COUNT_MAX || (untold > 0 && isTime)) {
        news.add(new Command.Delivered(backlog.table().id(), backlog.segment().id(), through));
      }
    }
    if (isTime) {
      undelivered.backfills().forEach(each -> backfill(each).news(each).ifPresent(news::add));
    }
    if (news.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    toldNanos = isTime ? now : toldNanos; // who has much to tell does not silence the others
    return led.tell(news);
  }
}
