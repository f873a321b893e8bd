package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.client.routing.TransactionSteps;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One transaction through all its attempts: within one partition an entry (R10 makes it take effect
 * once), over several an {@link AttemptRun}. An attempt that failed only because others held its
 * items, or because keys have moved, is followed by a fresh one (R1, R7).
 */
final class WriteRun {
  private static final int REGROUPED_MAX = 8;

  private final TransactionSteps steps;
  private final Resolver resolver;
  private final TransactionWorld world;
  private final TransactionOptions options;
  private final TransactionListener listener;
  private final List<KeyedAction> actions;
  private final ClientToken token;
  private final KeyTurns turns;
  private long begunNanos;
  private final long deadlineNanos;
  private int conflictCount;
  private int regroupedCount;
  private int partitionCount;
  private KeyTurns.@Nullable Turn turn;

  /**
   * @param turns of all transactions of the coordinator
   */
  WriteRun(
      TransactionSteps steps,
      Resolver resolver,
      TransactionWorld world,
      TransactionOptions options,
      TransactionListener listener,
      List<KeyedAction> actions,
      ClientToken token,
      KeyTurns turns,
      long deadlineNanos) {
    this.steps = steps;
    this.resolver = resolver;
    this.world = world;
    this.options = options;
    this.listener = listener;
    this.actions = actions;
    this.token = token;
    this.turns = turns;
    this.begunNanos = world.router().nanoTime();
    this.deadlineNanos = deadlineNanos;
  }

  /** Over how many partitions the last attempt went. */
  int partitionCount() {
    return partitionCount;
  }

  CompletableFuture<Result> run() {
    return attempts().whenComplete((result, failure) -> leave());
  }

  private void leave() {
    if (turn != null) {
      turn.leave();
    }
  }

  private CompletableFuture<Result> attempts() {
    return steps.knownMap(left()).thenCompose(this::attempt).thenCompose(this::judge);
  }

  private CompletableFuture<Result> attempt(ClusterMap map) {
    Parts<KeyedAction> parts = Parts.by(map, actions, KeyedAction::routingKey);
    partitionCount = parts.groups().size();
    if (partitionCount == 1 && conflictCount == 0) {
      return within(parts); // those that change one item may share an entry
    }
    return turn().thenCompose(come -> partitionCount == 1 ? within(parts) : over(parts));
  }

  private CompletableFuture<Result> within(Parts<KeyedAction> one) {
    Parts.Group<KeyedAction> group = one.groups().get(0);
    return steps.propose(
        group.firstKey(),
        new TransactionCommand.Transact(token, Parts.actions(group)),
        resolver.newRequestId(),
        left());
  }

  /**
   * Whoever has waited as long as it would have tried to get past others, or as long as its client
   * wants to wait, goes on.
   */
  private CompletableFuture<Void> turn() {
    if (turn != null) {
      return turn.come();
    }
    KeyTurns.Turn own = turns.enter(changedKeys());
    turn = own;
    if (!own.come().isDone()) {
      Duration patience = options.conflictWait();
      world.router().after(left().compareTo(patience) < 0 ? left() : patience, own::goOn);
    }
    return own.come().thenRun(() -> begunNanos = world.router().nanoTime());
  }

  /** Those that are only checked may be shared. */
  private SortedSet<Bytes> changedKeys() {
    SortedSet<Bytes> keys = new TreeSet<>();
    for (KeyedAction action : actions) {
      if (action.action() instanceof TransactionAction.Write) {
        keys.add(action.routingKey());
      }
    }
    return keys;
  }

  private CompletableFuture<Result> over(Parts<KeyedAction> parts) {
    Attempt attempt =
        new Attempt(
            new AttemptId(world.router().random(), world.router().random()),
            homeKey(),
            world.timeMicros().getAsLong() + options.attemptTimeout().toNanos() / 1000,
            token);
    return new AttemptRun(steps, resolver, world, options, attempt, parts, deadlineNanos).run();
  }

  /**
   * The same for all attempts at a request, so that its token is always met at home; and in the
   * same order for all requests, so that two that want the same items do not each hold what the
   * other's home decides on (decision 0017).
   */
  private Bytes homeKey() {
    return actions.stream()
        .map(KeyedAction::routingKey)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(1_000_000, deadlineNanos - world.router().nanoTime()));
  }

  private CompletableFuture<Result> judge(Result result) {
    if (!(result instanceof Result.Rejected rejected)) {
      return CompletableFuture.completedFuture(result);
    }
    Rejection no = rejected.rejection();
    if (no instanceof Rejection.WrongPartition && regroupedCount++ < REGROUPED_MAX) {
      return attempts(); // R5
    }
    if (no instanceof Rejection.DeadlineTooFar) { // nobody holds anything for this attempt any more
      return CompletableFuture.failedFuture(
          new UnavailableException(Reason.NOT_READY, "the clocks of the nodes differ"));
    }
    boolean isConflict = no instanceof Rejection.Cancelled && no.retryable();
    if (isConflict || no instanceof Rejection.AttemptOver) {
      return mayTryAgain() ? later() : CompletableFuture.completedFuture(lastWord(result));
    }
    return CompletableFuture.completedFuture(result);
  }

  private boolean mayTryAgain() {
    long now = world.router().nanoTime();
    return now - begunNanos < options.conflictWait().toNanos() && now < deadlineNanos;
  }

  /** Between half of the doubled pause and the whole of it, so that contenders spread out. */
  private CompletableFuture<Result> later() {
    listener.conflict();
    long max = options.conflictDelayMax().toNanos();
    long pause =
        Math.min(max, options.conflictDelayMin().toNanos() << Math.min(conflictCount++, 20));
    long nanos = pause / 2 + Long.remainderUnsigned(world.router().random(), pause / 2 + 1);
    CompletableFuture<Result> later = new CompletableFuture<>();
    world.router().after(Duration.ofNanos(nanos), () -> Futures.forward(attempts(), later));
    return later;
  }

  /** R10: who is in the way may be an earlier attempt at the same transaction. */
  private Result lastWord(Result result) {
    Rejection no = ((Result.Rejected) result).rejection();
    if (no instanceof Rejection.Cancelled cancelled) {
      if (cancelled.reasons().stream().anyMatch(this::isOwnToken)) {
        return new Result.Rejected(new Rejection.TransactionInProgress());
      }
      return result;
    }
    List<CancellationReason> reasons =
        actions.stream().<CancellationReason>map(any -> new CancellationReason.Conflict()).toList();
    return new Result.Rejected(new Rejection.Cancelled(reasons)); // it was never decided in time
  }

  private boolean isOwnToken(CancellationReason reason) {
    if (!(reason instanceof CancellationReason.Locked locked)) {
      return false;
    }
    ClientToken other = locked.holder().token();
    return other != null && other.text().equals(token.text());
  }
}
