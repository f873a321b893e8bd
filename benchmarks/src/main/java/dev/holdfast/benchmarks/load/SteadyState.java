package dev.holdfast.benchmarks.load;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Judges when a warm-up may end: the last twenty seconds are no faster than the twenty before, by
 * more than 3 %. A just-in-time compiler that is still at work shows as a rising rate, but slowly:
 * where servers share two cores it takes most of one for more than a minute, and over a few seconds
 * the noise of the machine hides what it gains.
 */
final class SteadyState {
  private static final int WINDOW = 20;
  private static final double RISE_MAX = 1.03;

  private final Deque<Long> counts = new ArrayDeque<>();

  /** Takes the operations of one more second; true when the rate has settled. */
  boolean settledAfter(long operationCount) {
    counts.addLast(operationCount);
    if (counts.size() < 2 * WINDOW) {
      return false;
    }
    if (counts.size() > 2 * WINDOW) {
      counts.removeFirst();
    }
    long before = counts.stream().limit(WINDOW).mapToLong(Long::longValue).sum();
    long after = counts.stream().skip(WINDOW).mapToLong(Long::longValue).sum();
    return after > 0 && after <= before * RISE_MAX;
  }
}
