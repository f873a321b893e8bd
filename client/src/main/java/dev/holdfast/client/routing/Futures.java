package dev.holdfast.client.routing;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What futures lack: an end that is not another future, and waiting with a limit. */
public final class Futures {
  private Futures() {}

  /** Calls the action when the future ends; the action must not throw. */
  @SuppressWarnings("FutureReturnValueIgnored") // the action is the end of the chain
  public static <T> void whenEnded(
      CompletableFuture<T> future, BiConsumer<@Nullable T, @Nullable Throwable> action) {
    future.whenComplete(action);
  }

  /** Ends the other future as this one ends. */
  public static <T> void forward(CompletableFuture<T> from, CompletableFuture<T> to) {
    whenEnded(
        from,
        (value, failure) -> {
          if (failure == null) {
            to.complete(value);
          } else {
            to.completeExceptionally(RetryLoop.unwrap(failure));
          }
        });
  }

  /** Goes on with another future, whichever way this one ends. */
  public static <T, R> CompletableFuture<R> judged(
      CompletableFuture<T> future,
      BiFunction<@Nullable T, @Nullable Throwable, CompletableFuture<R>> judge) {
    if (future.isDone() && !future.isCompletedExceptionally()) {
      return judge.apply(future.join(), null); // an answer at once, as from the replica next door
    }
    CompletableFuture<R> outcome = new CompletableFuture<>();
    whenEnded(
        future,
        (value, failure) -> {
          try {
            forward(judge.apply(value, failure), outcome);
          } catch (RuntimeException e) {
            outcome.completeExceptionally(e);
          }
        });
    return outcome;
  }

  /** A future that ends as the shared one does, or fails after the time given. */
  static <T> CompletableFuture<T> within(
      RouterWorld world,
      CompletableFuture<T> shared,
      long timeoutMillis,
      Supplier<? extends Throwable> failure) {
    if (shared.isDone()) {
      return shared;
    }
    CompletableFuture<T> limited = new CompletableFuture<>();
    forward(shared, limited);
    world.after(
        Duration.ofMillis(timeoutMillis), () -> limited.completeExceptionally(failure.get()));
    return limited;
  }
}
