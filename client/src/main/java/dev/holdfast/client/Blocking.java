package dev.holdfast.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** The one place that waits for futures. */
final class Blocking {
  private Blocking() {}

  /** The value, or the {@link HoldfastException} itself, unwrapped. */
  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof HoldfastException failure) {
        throw failure.thrownHere();
      } else if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new CompletionException(cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException.IndeterminateException("interrupted while waiting", e);
    }
  }
}
