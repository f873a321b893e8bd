package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.client.routing.TransactionSteps;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a transaction over several partitions: prepares all but the home, lets the home
 * decide, then resolves (decision 0015).
 *
 * <ul>
 *   <li>Until the decision is sent the attempt may be given up; from then on only the home's word
 *       counts (R4).
 *   <li>Every step may be the last that this coordinator takes: resolvers do the rest.
 * </ul>
 *
 * <p>Steps follow each other; those of one round run at the same time.
 */
final class AttemptRun {
  private static final Duration SETTLE_PAUSE = Duration.ofMillis(100);

  private final TransactionSteps steps;
  private final Resolver resolver;
  private final TransactionWorld world;
  private final TransactionOptions options;
  private final Attempt attempt;
  private final Parts.Group<KeyedAction> home;
  private final List<Parts.Group<KeyedAction>> others;
  private final long deadlineNanos;
  private final Verdicts verdicts;

  /** Parts that said yes. */
  private final List<Parts.Group<KeyedAction>> holding = new ArrayList<>();

  /**
   * @param parts at least two; one of them has the home key
   * @param deadlineNanos when the client wants an answer
   */
  AttemptRun(
      TransactionSteps steps,
      Resolver resolver,
      TransactionWorld world,
      TransactionOptions options,
      Attempt attempt,
      Parts<KeyedAction> parts,
      long deadlineNanos) {
    this.steps = steps;
    this.resolver = resolver;
    this.world = world;
    this.options = options;
    this.attempt = attempt;
    this.home = parts.with(attempt.homeKey());
    this.others = parts.groups().stream().filter(group -> !group.equals(home)).toList();
    this.deadlineNanos = deadlineNanos;
    this.verdicts =
        new Verdicts(parts.groups().stream().mapToInt(group -> group.keys().size()).sum());
  }

  /**
   * {@code Transacted}, {@code TokenSpent} or {@code Rejected}; {@code AttemptOver} when it ran out
   * of time and certainly did not take effect.
   */
  CompletableFuture<Result> run() {
    List<CompletableFuture<Result>> prepared = new ArrayList<>();
    others.forEach(group -> prepared.add(prepare(group)));
    return Futures.judged(
        CompletableFuture.allOf(prepared.toArray(CompletableFuture[]::new)),
        (all, failure) -> {
          if (failure != null) {
            return abort(others).thenCompose(done -> notPrepared(failure));
          }
          for (int i = 0; i < others.size(); i++) {
            Result result = prepared.get(i).join();
            verdicts.add(others.get(i), result);
            if (result instanceof Result.Transacted) {
              holding.add(others.get(i));
            }
          }
          return verdicts.isYes() ? decide() : refused();
        });
  }

  private CompletableFuture<Result> prepare(Parts.Group<KeyedAction> group) {
    return propose(group.firstKey(), new TransactionCommand.Prepare(attempt, Parts.actions(group)));
  }

  private CompletableFuture<Result> propose(Bytes key, TransactionCommand step) {
    return steps.propose(key, step, resolver.newRequestId(), left());
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(1_000_000, deadlineNanos - world.router().nanoTime()));
  }

  /** R4: nothing was decided, so nothing can take effect. */
  private static CompletableFuture<Result> notPrepared(Throwable failure) {
    Throwable cause = unwrap(failure);
    return CompletableFuture.failedFuture(
        cause instanceof IndeterminateException
            ? new UnavailableException(Reason.NOT_READY, "not prepared: " + cause.getMessage())
            : cause);
  }

  /**
   * The client is told of all that is wrong, so the home is asked what it would say; as nobody will
   * let it decide, that changes nothing. Who has refused holds nothing. (A copy of its Prepare may
   * still come, if an earlier one went unanswered; its intent would go with the deadline: R6.)
   */
  private CompletableFuture<Result> refused() {
    if (verdicts.isTokenSpent()) {
      return abort(holding).thenCompose(done -> askedHome());
    }
    if (!verdicts.isRefused()) {
      return abort(holding).thenApply(done -> verdicts.result());
    }
    List<Parts.Group<KeyedAction>> all = new ArrayList<>(holding);
    all.add(home);
    return Futures.judged(
            prepare(home),
            (result, failure) -> {
              if (result != null) {
                verdicts.add(home, result);
              }
              return abort(all);
            })
        .thenApply(done -> verdicts.result());
  }

  /**
   * An earlier attempt took effect, at home too: a session that is told so must learn how far the
   * home is, which alone was not asked (L6).
   */
  private CompletableFuture<Result> askedHome() {
    return Futures.judged(
        steps.ask(attempt.homeKey(), List.of(new Read.AskOutcome(attempt)), left()),
        (answers, failure) ->
            failure == null
                ? CompletableFuture.completedFuture(verdicts.result())
                : CompletableFuture.failedFuture(
                    new IndeterminateException("it took effect, but its home is silent", failure)));
  }

  private CompletableFuture<Result> decide() {
    List<Bytes> elsewhere = keys(others);
    TransactionCommand.Decide decide =
        new TransactionCommand.Decide(attempt, Parts.actions(home), elsewhere);
    return Futures.judged(
        propose(home.firstKey(), decide),
        (result, failure) -> {
          if (result != null) {
            return decided(result);
          }
          return isCertainNo(unwrap(Objects.requireNonNull(failure)))
              ? abort(others).thenCompose(done -> notPrepared(failure))
              : settle();
        });
  }

  /** The router says so only when no earlier copy of the step can still be applied. */
  private static boolean isCertainNo(Throwable failure) {
    return failure instanceof StoreException && !(failure instanceof IndeterminateException);
  }

  private CompletableFuture<Result> decided(Result result) {
    if (result instanceof Result.Transacted) {
      verdicts.add(home, result);
      return committed();
    }
    if (result instanceof Result.Rejected no && !isRecorded(no.rejection())) {
      return settle(); // a copy of the same step may be judged otherwise later
    }
    verdicts.add(home, result);
    return abort(others).thenApply(done -> verdicts.result());
  }

  /** Whether the home has noted, with this answer, that the attempt will not commit. */
  private static boolean isRecorded(Rejection rejection) {
    return rejection instanceof Rejection.Cancelled
        || rejection instanceof Rejection.AttemptOver
        || rejection instanceof Rejection.StaleTable
        || rejection instanceof Rejection.TokenMismatch;
  }

  /** The client is answered; the intents follow. */
  private CompletableFuture<Result> committed() {
    Futures.whenEnded(
        resolver.resolve(attempt, keys(others), Outcome.COMMITTED),
        (done, failure) -> {}); // what failed is left to the sweepers
    return CompletableFuture.completedFuture(verdicts.result());
  }

  /** R4: whoever has sent its decision asks until the answer is final. */
  private CompletableFuture<Result> settle() {
    return Futures.judged(resolver.settle(steps, attempt, left()), this::settled);
  }

  private CompletableFuture<Result> settled(
      @Nullable Outcome outcome, @Nullable Throwable failure) {
    if (outcome == Outcome.COMMITTED) {
      return committed();
    }
    if (outcome == Outcome.ABORTED) {
      return abort(others).thenApply(done -> new Result.Rejected(new Rejection.AttemptOver()));
    }
    long leftNanos = deadlineNanos - world.router().nanoTime();
    if (leftNanos <= SETTLE_PAUSE.toNanos()) {
      return CompletableFuture.failedFuture(
          new IndeterminateException("whether the transaction took effect is not known", failure));
    }
    CompletableFuture<Result> later = new CompletableFuture<>();
    world.router().after(SETTLE_PAUSE, () -> Futures.forward(settle(), later));
    return later;
  }

  /** R7: the answer waits for this, for a while. */
  private CompletableFuture<Void> abort(List<Parts.Group<KeyedAction>> groups) {
    if (groups.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    Futures.whenEnded(
        resolver.resolve(attempt, keys(groups), Outcome.ABORTED),
        (gone, failure) -> done.complete(null));
    world.router().after(options.abortWait(), () -> done.complete(null));
    return done;
  }

  private static List<Bytes> keys(List<Parts.Group<KeyedAction>> groups) {
    return groups.stream().flatMap(group -> group.keys().stream()).toList();
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
