package dev.holdfast.client;

import dev.holdfast.client.routing.Futures;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Hands a batch to a listener, on the executor of the client. */
final class ListenerCall {
  private ListenerCall() {}

  /** Ends as the listener does; what it throws is a failure. */
  static CompletableFuture<@Nullable Void> of(
      TableCalls calls, ChangeListener listener, List<Change> batch) {
    CompletableFuture<@Nullable Void> completed = new CompletableFuture<>();
    calls.execute(
        () -> {
          try {
            CompletableFuture<?> its =
                Objects.requireNonNull(listener.received(batch), "the listener returned null");
            Futures.forward(its.thenApply(any -> null), completed);
          } catch (Throwable e) { // whatever it is, the subscription has to know
            completed.completeExceptionally(e);
          }
        });
    return completed;
  }
}
