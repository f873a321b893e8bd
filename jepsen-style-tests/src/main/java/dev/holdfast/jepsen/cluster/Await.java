package dev.holdfast.jepsen.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions of the world outside, which sends no signal when they come true. */
public final class Await {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private Await() {}

  /** Returns the time it took; fails when the condition is still false at the deadline. */
  public static Duration until(String what, Duration limit, BooleanSupplier condition) {
    return until(() -> what, limit, condition);
  }

  /** As the other one; what is waited for is said as it is at the deadline. */
  public static Duration until(Supplier<String> what, Duration limit, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new AssertionError("waited " + limit.toSeconds() + " s for: " + what.get());
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
