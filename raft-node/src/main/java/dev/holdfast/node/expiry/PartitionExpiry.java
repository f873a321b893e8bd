package dev.holdfast.node.expiry;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.ReadMode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Looks after one partition, page by page and step by step, each when the pace allows.
 *
 * <p>What it reads may be a moment old, so that it costs no log entry while there is nothing to do:
 * the partition judges anew what is proposed. One look at a time, which whoever calls sees to.
 */
final class PartitionExpiry {
  /** Items of one command. */
  private static final int ENTRY_COUNT = 100;

  /** Rows of one step at the rows themselves, and their bytes. */
  private static final int TEND_COUNT = 250;

  private static final int TEND_BYTES = 1 << 20;

  /** A step as long as this many items deleted: it writes no more than a row each. */
  private static final int TEND_COST = TEND_COUNT / 10;

  private static final long ASK_MILLIS = 5_000;
  private static final long MICROS_PER_SECOND = 1_000_000;

  /** Controls have no floor: they are not remembered, but idempotent. */
  private static final long STAMP_BEYOND_ANY_FLOOR = Long.MAX_VALUE;

  private final NodeLink local;
  private final ExpiryWorld world;
  private final Pace pace;
  private final Duration duration;

  /** Where the next page begins; a look that took too long is gone on with. */
  private Bytes from = Bytes.EMPTY;

  /**
   * @param duration of a look, about
   */
  PartitionExpiry(NodeLink local, ExpiryWorld world, Pace pace, Duration duration) {
    this.local = local;
    this.world = world;
    this.pace = pace;
    this.duration = duration;
  }

  /** Takes one look. */
  CompletableFuture<Void> look(NodeStatus.Replica replica) {
    Look look = new Look(replica, world.router().nanoTime() + duration.toNanos());
    return look.page().thenRun(() -> world.listener().lag(replica.partition(), look.lagSeconds));
  }

  private final class Look {
    private final NodeStatus.Replica replica;
    private final long endNanos;
    private final Deque<TableId> untended = new ArrayDeque<>();
    private long lagSeconds;
    private boolean sawLast;

    private Look(NodeStatus.Replica replica, long endNanos) {
      this.replica = replica;
      this.endNanos = endNanos;
    }

    private CompletableFuture<Void> page() {
      long nowSeconds = world.timeMicros().getAsLong() / MICROS_PER_SECOND;
      return ask(replica, new Read.Expired(nowSeconds, from, ENTRY_COUNT))
          .thenCompose(
              result -> {
                if (!(result instanceof ReadResult.Expired found)) {
                  return CompletableFuture.completedFuture(null);
                }
                from = found.next();
                sawLast = from.isEmpty();
                untended.addAll(found.untended());
                found
                    .entries()
                    .forEach(
                        entry -> lagSeconds = Math.max(lagSeconds, nowSeconds - entry.second()));
                return delete(replica, found.entries()).thenCompose(deleted -> tend());
              });
    }

    private CompletableFuture<Void> tend() {
      TableId table = untended.poll();
      if (table == null) {
        return sawLast || isOver() ? CompletableFuture.completedFuture(null) : page();
      }
      return propose(replica, TEND_COST, new Command.TendExpiry(table, TEND_COUNT, TEND_BYTES))
          .thenCompose(
              result -> {
                if (result instanceof Result.Tended tended && tended.goesOn()) {
                  untended.add(table);
                }
                if (isOver()) {
                  return CompletableFuture.completedFuture(null);
                }
                return sawLast ? tend() : page();
              });
    }

    private boolean isOver() {
      return world.router().nanoTime() - endNanos >= 0;
    }
  }

  private CompletableFuture<Void> delete(NodeStatus.Replica replica, List<ExpiryEntry> entries) {
    if (entries.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return propose(replica, entries.size(), new Command.Expire(entries))
        .thenAccept(
            result -> {
              if (result instanceof Result.Expired expired) {
                world.listener().deleted(expired.count());
              }
            });
  }

  private CompletableFuture<ReadResult> ask(NodeStatus.Replica replica, Read read) {
    return local
        .ask(
            new NodeRequest.ReadFrom(
                replica.partition(), replica.epoch(), ReadMode.EVENTUAL, List.of(read), ASK_MILLIS))
        .thenApply(reply -> ((NodeReply.ReadDone) reply).results().get(0));
  }

  private CompletableFuture<Result> propose(
      NodeStatus.Replica replica, int cost, Command.Control command) {
    CompletableFuture<Void> waited = new CompletableFuture<>();
    world.router().after(pace.reserve(cost), () -> waited.complete(null));
    Proposal proposal =
        new Proposal(
            new RequestId(world.router().random(), world.router().random()),
            STAMP_BEYOND_ANY_FLOOR,
            false,
            command);
    return waited
        .thenCompose(
            now ->
                local.ask(
                    new NodeRequest.Write(
                        replica.partition(), replica.epoch(), List.of(proposal), ASK_MILLIS)))
        .thenApply(reply -> ((NodeReply.Written) reply).results().get(0));
  }
}
