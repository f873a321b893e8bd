package dev.holdfast.node.expiry;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Spreads what one node does over time. Thread-safe. */
final class Pace {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final LongSupplier nanoTime;
  private final int itemsPerSecond;
  private long freeNanos;

  Pace(LongSupplier nanoTime, int itemsPerSecond) {
    this.nanoTime = nanoTime;
    this.itemsPerSecond = itemsPerSecond;
    this.freeNanos = nanoTime.getAsLong();
  }

  /** How long to wait before so many items may be done; they are reckoned as done then. */
  synchronized Duration reserve(int itemCount) {
    long now = nanoTime.getAsLong();
    long start = Math.max(now, freeNanos);
    freeNanos = start + itemCount * NANOS_PER_SECOND / itemsPerSecond;
    return Duration.ofNanos(start - now);
  }
}
