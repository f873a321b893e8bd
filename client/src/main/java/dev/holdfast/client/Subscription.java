package dev.holdfast.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A listener that is getting the changes of a table. Thread-safe.
 *
 * <pre>{@code
 * subscription.close();
 * subscription.ended().join(); // the last batch is completed
 * store(subscription.checkpoint().toString());
 * }</pre>
 */
public final class Subscription implements AutoCloseable {
  private final SubscriptionLoop loop;

  Subscription(SubscriptionLoop loop) {
    this.loop = loop;
  }

  /** How far the listener has completed everything; also after the end. */
  public CheckpointToken checkpoint() {
    return loop.checkpoint();
  }

  /**
   * Completes when the subscription was closed and nothing is with the listener any more, or when
   * its stream was disabled and is read to its end. Fails when it cannot go on, with a {@link
   * HoldfastException}; leaders that are away are waited for.
   */
  public CompletableFuture<@Nullable Void> ended() {
    return loop.ended().copy();
  }

  /** Begins no batch any more; does not wait for those that are with the listener. */
  @Override
  public void close() {
    loop.close();
  }
}
