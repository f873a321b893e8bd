package dev.holdfast.benchmarks.load;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Judges when a warm-up may end: the last five seconds are no faster than the five before, by more
 * than 3 %. A just-in-time compiler that is still at work shows as a rising rate.
 */
final class SteadyState {
  private static final int WINDOW = 5;
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
