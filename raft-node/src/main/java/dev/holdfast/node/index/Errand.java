package dev.holdfast.node.index;

import java.util.concurrent.TimeUnit;

/**
 * Something that is done over and over, once at a time, and not again for a moment after it has
 * failed: so what cannot be reached holds up nothing else. Thread-safe.
 */
final class Errand {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private boolean isRunning;
  private boolean hasFailed;
  private long failedNanos;

  /** Begins it if it may begin now. */
  synchronized boolean begin(long nowNanos) {
    if (isRunning || (hasFailed && nowNanos - failedNanos < PAUSE_NANOS)) {
      return false;
    }
    isRunning = true;
    return true;
  }

  /** Ends what has begun. */
  synchronized void end(long nowNanos, boolean failed) {
    isRunning = false;
    hasFailed = failed;
    failedNanos = nowNanos;
  }
}
