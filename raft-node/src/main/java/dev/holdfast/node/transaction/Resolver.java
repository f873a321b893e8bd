package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.TransactionSteps;
import dev.holdfast.node.consensus.Transactions;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out what became of attempts and carries it out: for their coordinators, for readers and
 * writers that meet their intents, for the {@link Sweeper}. Any number of resolvers may work on the
 * same attempt. Thread-safe.
 */
public final class Resolver implements Transactions {
  private static final Duration STEP_TIMEOUT = Duration.ofSeconds(5);

  /** Questions on behalf of writers that are in each other's way, at a time (invariant 11). */
  private static final int WATCHED_MAX = 4096;

  private record Watched(AttemptId attempt, Bytes key) {}

  private final TransactionSteps steps;
  private final TransactionWorld world;
  private final TransactionListener listener;
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();

  public Resolver(TransactionSteps steps, TransactionWorld world, TransactionListener listener) {
    this.steps = steps;
    this.world = world;
    this.listener = listener;
  }

  /** R2: a strong read of the home, which answers from its record and its applied stamp. */
  @Override
  public CompletableFuture<Outcome> outcome(Attempt attempt, Duration timeout) {
    return steps
        .ask(attempt.homeKey(), List.of(new Read.AskOutcome(attempt)), timeout)
        .thenApply(
            answers -> {
              if (answers.results().get(0) instanceof ReadResult.Settled settled) {
                return settled.outcome();
              }
              throw new UnavailableException(Reason.NOT_READY, "the home of an attempt is moving");
            });
  }

  /**
   * R2: as {@link #outcome}, but with an entry of the home's log, so that past the deadline the
   * answer is final.
   *
   * @param by how the home is reached
   */
  CompletableFuture<Outcome> settle(TransactionSteps by, Attempt attempt, Duration timeout) {
    return by.propose(
            attempt.homeKey(), new TransactionCommand.Settle(attempt), newRequestId(), timeout)
        .thenApply(
            result -> {
              if (result instanceof Result.Settled settled) {
                return settled.outcome();
              }
              throw new IndeterminateException("the home of an attempt is moving", null);
            });
  }

  @Override
  public void inTheWay(Attempt holder, Bytes routingKey) {
    Watched question = new Watched(holder.id(), routingKey);
    if (watched.size() >= WATCHED_MAX || !watched.add(question)) {
      return;
    }
    CompletableFuture<Void> unused =
        recover(holder, List.of(routingKey))
            .handle(
                (done, failure) -> { // who was refused comes again, and so does the sweeper
                  watched.remove(question);
                  return null;
                });
  }

  /** Resolves intents of an attempt if it is decided, or settles it if its time has passed. */
  CompletableFuture<Void> recover(Attempt attempt, List<Bytes> keys) {
    boolean overdue = world.timeMicros().getAsLong() > attempt.deadlineMicros();
    CompletableFuture<Outcome> asked =
        overdue ? settle(steps, attempt, STEP_TIMEOUT) : outcome(attempt, STEP_TIMEOUT);
    return asked.thenCompose(
        outcome -> {
          if (outcome == Outcome.UNDECIDED) {
            return CompletableFuture.completedFuture(null);
          }
          listener.recovered(outcome, keys.size());
          return resolve(attempt, keys, outcome);
        });
  }

  /**
   * Carries out what the outcome says on keys of any partitions, and tells the home of a committed
   * attempt when it is done. {@code UNRECORDED} aborts: were the attempt committed, an intent that
   * is still there would have kept the record (R3).
   */
  CompletableFuture<Void> resolve(Attempt attempt, List<Bytes> keys, Outcome outcome) {
    if (keys.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return steps
        .knownMap(STEP_TIMEOUT)
        .thenCompose(map -> resolve(map, attempt, keys, outcome))
        .thenCompose(
            done ->
                outcome == Outcome.COMMITTED
                    ? confirm(attempt, keys)
                    : CompletableFuture.completedFuture(null));
  }

  private CompletableFuture<Void> resolve(
      ClusterMap map, Attempt attempt, List<Bytes> keys, Outcome outcome) {
    List<CompletableFuture<Result>> done = new ArrayList<>();
    for (Parts.Group<Bytes> group : Parts.by(map, keys, key -> key).groups()) {
      TransactionCommand step =
          outcome == Outcome.COMMITTED
              ? new TransactionCommand.Commit(attempt, group.keys())
              : new TransactionCommand.Abort(attempt, group.keys());
      done.add(steps.propose(group.firstKey(), step, newRequestId(), STEP_TIMEOUT));
    }
    return CompletableFuture.allOf(done.toArray(CompletableFuture[]::new))
        .thenAccept(all -> done.forEach(result -> requireDone(result.join())));
  }

  private CompletableFuture<Void> confirm(Attempt attempt, List<Bytes> keys) {
    return steps
        .propose(
            attempt.homeKey(),
            new TransactionCommand.Confirm(attempt, keys),
            newRequestId(),
            STEP_TIMEOUT)
        .thenAccept(Resolver::requireDone);
  }

  /** What was not done is done by the next sweep, by the map as it is then (R5). */
  private static void requireDone(Result result) {
    if (!(result instanceof Result.Done)) {
      throw new UnavailableException(Reason.STALE_EPOCH, "not resolved: " + result);
    }
  }

  RequestId newRequestId() {
    return new RequestId(world.router().random(), world.router().random());
  }
}
