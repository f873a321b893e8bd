package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation.Argument;
import org.jspecify.annotations.Nullable;

/**
 * Numbers by key, as one client sees them; a key that was never written has none. Fails with {@link
 * NoEffectException} when certainly nothing happened, with any other exception when nobody knows.
 * Used by one thread.
 */
public interface Registers extends AutoCloseable {
  /**
   * The answer to a compare-and-set.
   *
   * @param found what was there instead of the expected value; null also when it was set
   */
  record Swap(boolean done, @Nullable Long found) {}

  /** Reads linearizably. */
  @Nullable Long read(String key);

  void write(String key, long value);

  /** Writes if the register holds what is expected. */
  Swap compareAndSet(String key, Argument argument);

  @Override
  void close();
}
