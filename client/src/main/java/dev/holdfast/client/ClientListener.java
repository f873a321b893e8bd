package dev.holdfast.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears of what a client does, for metrics. Called on the client's own threads: implementations
 * must be fast, thread-safe, and must not throw.
 *
 * <pre>{@code
 * HoldfastClient.builder()
 *     .address("127.0.0.1:8100")
 *     .listener((operation, table, latency, failure) ->
 *         timers.record(operation.name(), latency.toNanos()))
 *     .build();
 * }</pre>
 */
@FunctionalInterface
public interface ClientListener {
  /** Listens to nothing. */
  ClientListener NONE = (operation, table, latency, failure) -> {};

  /** The operations of the API. */
  enum Operation {
    GET,
    PUT,
    UPDATE,
    DELETE,
    QUERY,
    SCAN,
    TRANSACTION,
    TRANSACTIONAL_GETS,
    SUBSCRIBE,
    ADMIN
  }

  /**
   * An operation ended, with all its retries.
   *
   * @param table its name; empty for operations on none or on several
   * @param failure null when it succeeded
   */
  void finished(
      Operation operation, String table, Duration latency, @Nullable HoldfastException failure);

  /** An attempt failed and may be repeated. */
  default void attemptFailed(String why) {}
}
