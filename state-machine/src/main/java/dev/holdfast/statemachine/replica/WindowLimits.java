package dev.holdfast.statemachine.replica;

import java.time.Duration;

/**
 * How much a partition remembers of the request ids it has applied. Part of what makes state a
 * function of the log: every replica of a partition must have the same limits.
 *
 * @param window how long a request id is remembered, by stamps; default 10 minutes
 * @param requestCountMax most ids remembered; about 40 bytes of heap each; default 500,000
 * @param resultBytesMax most bytes of ids and encoded results on disk; default 256 MiB; the newest
 *     entry is remembered whatever its size
 */
public record WindowLimits(Duration window, int requestCountMax, long resultBytesMax) {
  public static final WindowLimits DEFAULT =
      new WindowLimits(Duration.ofMinutes(10), 500_000, 256L << 20);

  /** Keeps the arrays of the mirror in memory within what a Java array can hold. */
  private static final int REQUEST_COUNT_LIMIT = 1 << 26;

  public WindowLimits {
    if (window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException("window " + window);
    }
    if (requestCountMax < 1 || requestCountMax > REQUEST_COUNT_LIMIT || resultBytesMax < 1) {
      throw new IllegalArgumentException(
          "requestCountMax " + requestCountMax + ", resultBytesMax " + resultBytesMax);
    }
  }

  long windowMicros() {
    return window.toNanos() / 1_000;
  }
}
