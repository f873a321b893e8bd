package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.Session;
import dev.holdfast.client.routing.TransactionSteps;
import dev.holdfast.client.routing.TransactionStore;
import dev.holdfast.node.transaction.TransactionListener.End;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Transactions for the clients of one node. Any number of coordinators may be at work in a cluster;
 * one that dies leaves nothing that others cannot finish. Thread-safe.
 */
public final class Coordinator implements TransactionStore {
  private final TransactionSteps steps;
  private final Resolver resolver;
  private final TransactionWorld world;
  private final TransactionOptions options;
  private final TransactionListener listener;
  private final Keying keying;
  private final KeyTurns turns = new KeyTurns();
  private final AtomicInteger inFlight = new AtomicInteger();

  public Coordinator(
      TransactionSteps steps,
      Resolver resolver,
      TransactionWorld world,
      TransactionOptions options,
      TransactionListener listener) {
    this.steps = steps;
    this.resolver = resolver;
    this.world = world;
    this.options = options;
    this.listener = listener;
    this.keying = new Keying(steps);
  }

  @Override
  public CompletableFuture<Result> transact(
      TransactionRequest transaction, @Nullable Session session, Duration timeout) {
    long deadlineNanos = world.router().nanoTime() + timeout.toNanos();
    return admitted(
        () ->
            keying
                .actions(transaction)
                .thenCompose(
                    keyed -> {
                      Rejection rejection = keyed.rejection();
                      return rejection == null
                          ? write(transaction, keyed.things(), in(session), deadlineNanos)
                          : ended(new Result.Rejected(rejection), 0);
                    }));
  }

  private TransactionSteps in(@Nullable Session session) {
    return session == null ? steps : steps.in(session);
  }

  private CompletableFuture<Result> write(
      TransactionRequest transaction,
      List<KeyedAction> actions,
      TransactionSteps bound,
      long deadlineNanos) {
    WriteRun run =
        new WriteRun(
            bound,
            resolver,
            world,
            options,
            listener,
            actions,
            transaction.tokenOrOwn(),
            turns,
            deadlineNanos);
    return run.run()
        .whenComplete(
            (result, failure) -> {
              if (failure != null) {
                listener.ended(End.FAILED, run.partitionCount());
              }
            })
        .thenCompose(result -> ended(result, run.partitionCount()));
  }

  private CompletableFuture<Result> ended(Result result, int partitionCount) {
    listener.ended(end(result), partitionCount);
    return CompletableFuture.completedFuture(result);
  }

  private static End end(Result result) {
    if (result instanceof Result.Transacted) {
      return End.COMMITTED;
    }
    if (result instanceof Result.TokenSpent) {
      return End.TOKEN_SPENT;
    }
    Rejection no = ((Result.Rejected) result).rejection();
    if (no instanceof Rejection.Cancelled) {
      return no.retryable() ? End.CONFLICT : End.CONDITION_FAILED;
    }
    return no instanceof Rejection.TokenMismatch || no instanceof Rejection.TransactionInProgress
        ? End.TOKEN_REFUSED
        : End.INVALID;
  }

  @Override
  public CompletableFuture<ReadResult> getTogether(
      List<TransactionGet> gets, @Nullable Session session, Duration timeout) {
    long deadlineNanos = world.router().nanoTime() + timeout.toNanos();
    return admitted(
        () ->
            keying
                .gets(gets)
                .thenCompose(
                    keyed -> {
                      Rejection rejection = keyed.rejection();
                      return rejection == null
                          ? new TogetherRead(
                                  in(session),
                                  resolver,
                                  world,
                                  options,
                                  listener,
                                  keyed.things(),
                                  deadlineNanos)
                              .run()
                          : CompletableFuture.completedFuture(new ReadResult.Refused(rejection));
                    }));
  }

  private <T> CompletableFuture<T> admitted(Supplier<CompletableFuture<T>> work) {
    if (world.astray().getAsBoolean()) { // R12: participants would refuse, or hold for too long
      return CompletableFuture.failedFuture(
          new UnavailableException(
              Reason.NOT_READY, "the clock of this node is not that of the others"));
    }
    if (inFlight.incrementAndGet() > options.inFlightMax()) {
      inFlight.decrementAndGet();
      return CompletableFuture.failedFuture(
          new ThrottledException("too many transactions are under way"));
    }
    CompletableFuture<T> outcome;
    try {
      outcome = work.get();
    } catch (RuntimeException e) {
      outcome = CompletableFuture.failedFuture(e);
    }
    return outcome.whenComplete((result, failure) -> inFlight.decrementAndGet());
  }

  /** Transactions under way. */
  public int inFlight() {
    return inFlight.get();
  }
}
