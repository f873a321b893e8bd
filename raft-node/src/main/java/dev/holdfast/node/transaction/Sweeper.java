package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.OpenAttempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.ReadMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Finishes what coordinators left behind: now and then asks the partitions that this node leads for
 * attempts past their deadlines, and has them resolved (R14, invariant 6). What it asks may be old,
 * so it costs no log entry; what it finds is judged by the attempts' homes. Thread-safe.
 */
public final class Sweeper implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final int ATTEMPTS_AT_ONCE_MAX = 64;
  private static final long ASK_MILLIS = 1000;

  private final NodeLink local;
  private final Supplier<NodeStatus> status;
  private final Resolver resolver;
  private final TransactionWorld world;
  private final TransactionListener listener;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param local this node's own replicas
   */
  public Sweeper(
      NodeLink local,
      Supplier<NodeStatus> status,
      Resolver resolver,
      TransactionWorld world,
      TransactionListener listener) {
    this.local = local;
    this.status = status;
    this.resolver = resolver;
    this.world = world;
    this.listener = listener;
  }

  /** Begins to sweep. */
  public void start() {
    world.router().after(PERIOD, this::sweep);
  }

  private void sweep() {
    if (closed.get()) {
      return;
    }
    List<CompletableFuture<Long>> partitions = new ArrayList<>();
    for (NodeStatus.Replica replica : status.get().replicas()) {
      if (replica.role() == NodeStatus.Role.LEADER && !replica.partition().isMeta()) {
        partitions.add(sweep(replica).exceptionally(failure -> 0L)); // the next sweep tries again
      }
    }
    Futures.whenEnded(
        CompletableFuture.allOf(partitions.toArray(CompletableFuture[]::new)),
        (all, failure) -> {
          listener.overdue(partitions.stream().mapToLong(CompletableFuture::join).max().orElse(0));
          world.router().after(PERIOD, this::sweep);
        });
  }

  /** Returns by how much the oldest attempt is overdue. */
  private CompletableFuture<Long> sweep(NodeStatus.Replica replica) {
    long now = world.timeMicros().getAsLong();
    NodeRequest question =
        new NodeRequest.ReadFrom(
            replica.partition(),
            replica.epoch(),
            ReadMode.EVENTUAL,
            List.of(new Read.OpenAttempts(now, ATTEMPTS_AT_ONCE_MAX)),
            ASK_MILLIS);
    return local
        .ask(question)
        .thenCompose(
            reply -> {
              if (!(reply instanceof NodeReply.ReadDone done)
                  || !(done.results().get(0) instanceof ReadResult.Attempts open)
                  || open.attempts().isEmpty()) {
                return CompletableFuture.completedFuture(0L);
              }
              long overdue = now - open.attempts().get(0).attempt().deadlineMicros();
              return finish(open.attempts()).thenApply(finished -> overdue);
            });
  }

  private CompletableFuture<Void> finish(List<OpenAttempt> attempts) {
    List<CompletableFuture<Void>> finished = new ArrayList<>();
    for (OpenAttempt open : attempts) {
      if (!open.intents().isEmpty()) {
        finished.add(resolver.recover(open.attempt(), open.intents()));
      }
      if (open.outcome() == Outcome.COMMITTED && !open.unconfirmed().isEmpty()) {
        listener.recovered(Outcome.COMMITTED, open.unconfirmed().size());
        finished.add(resolver.resolve(open.attempt(), open.unconfirmed(), Outcome.COMMITTED));
      }
    }
    return CompletableFuture.allOf(finished.toArray(CompletableFuture[]::new));
  }

  @Override
  public void close() {
    closed.set(true);
  }
}
