package dev.holdfast.client.routing;

import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Attempts one operation until it is answered, must not be repeated, or its time is up.
 *
 * <ul>
 *   <li>Attempts follow each other; they never overlap. State is handed from one to the next by
 *       their futures, so it needs no lock.
 *   <li>An indeterminate attempt is repeated: the operation carries the same request id each time
 *       (design section 5). Once there was one, the operation never ends as unavailable (R11).
 *   <li>A failure that says where to go is followed at once, a few times; otherwise the pauses
 *       double, with jitter.
 * </ul>
 */
final class RetryLoop<T> {
  /** Makes one attempt; fails with a {@link StoreException} within the turn's time-out. */
  @FunctionalInterface
  interface Step<T> {
    CompletableFuture<T> attempt(Turn turn);
  }

  private static final int FOLLOWED_AT_ONCE_MAX = 3;
  private static final long TURN_NANOS_MIN = 2_000_000;

  private final RouterWorld world;
  private final RouterOptions options;
  private final RouterListener listener;
  private final long deadlineNanos;
  private final Duration attemptTimeout;
  private final Step<T> step;
  private final CompletableFuture<T> outcome = new CompletableFuture<>();
  private int attemptCount;
  private int followedAtOnceCount;
  private int pauseCount;
  private boolean unanswered;

  RetryLoop(Routes routes, long deadlineNanos, Duration attemptTimeout, Step<T> step) {
    this.world = routes.world();
    this.options = routes.options();
    this.listener = routes.listener();
    this.deadlineNanos = deadlineNanos;
    this.attemptTimeout = attemptTimeout;
    this.step = step;
  }

  CompletableFuture<T> run() {
    attempt();
    return outcome;
  }

  private void attempt() {
    long now = world.nanoTime();
    long remaining = Math.max(deadlineNanos - now, TURN_NANOS_MIN);
    long attemptNanos = attemptTimeout.toNanos();
    Turn turn =
        new Turn(
            attemptCount++,
            now + Math.min(remaining, attemptNanos),
            unanswered,
            remaining <= attemptNanos);
    CompletableFuture<T> attempt;
    try {
      attempt = step.attempt(turn);
    } catch (RuntimeException e) {
      attempt = CompletableFuture.failedFuture(e);
    }
    Futures.whenEnded(attempt, this::answered);
  }

  private void answered(@Nullable T answer, @Nullable Throwable failure) {
    if (failure == null) {
      outcome.complete(answer);
      return;
    }
    Throwable cause = unwrap(failure);
    if (!(cause instanceof StoreException refusal) || refusal instanceof InvalidRequestException) {
      outcome.completeExceptionally(cause);
      return;
    }
    unanswered |= refusal instanceof IndeterminateException;
    listener.attemptFailed(refusal);
    long remaining = deadlineNanos - world.nanoTime();
    if (remaining < TURN_NANOS_MIN) {
      outcome.completeExceptionally(lastWord(refusal));
    } else if (saysWhereToGo(refusal) && followedAtOnceCount < FOLLOWED_AT_ONCE_MAX) {
      followedAtOnceCount++;
      attempt();
    } else {
      followedAtOnceCount = 0;
      tryAgain(Duration.ofNanos(Math.min(pauseNanos(), remaining / 2)), refusal);
    }
  }

  /** A client that is closed has no timers any more: what it has under way fails. */
  private void tryAgain(Duration pause, StoreException refusal) {
    try {
      world.after(pause, this::attempt);
    } catch (RejectedExecutionException e) {
      outcome.completeExceptionally(lastWord(refusal));
    }
  }

  private StoreException lastWord(StoreException failure) {
    return unanswered && !(failure instanceof IndeterminateException)
        ? new IndeterminateException("no attempt was answered in time; the last failed", failure)
        : failure;
  }

  private static boolean saysWhereToGo(StoreException failure) {
    return failure instanceof UnavailableException unavailable
        && (unavailable.leaderHint() != null
            || unavailable.reason() == Reason.STALE_EPOCH
            || unavailable.reason() == Reason.NOT_HOSTED
            || unavailable.reason() == Reason.UNREACHABLE);
  }

  /** Between half of the doubled pause and the whole of it, so that callers spread out. */
  private long pauseNanos() {
    long min = options.retryDelayMin().toNanos();
    long max = options.retryDelayMax().toNanos();
    long pause = Math.min(max, min << Math.min(pauseCount++, 20));
    return pause / 2 + Long.remainderUnsigned(world.random(), pause / 2 + 1);
  }

  /** The failure itself, without the wrapper that dependent stages put around it. */
  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
