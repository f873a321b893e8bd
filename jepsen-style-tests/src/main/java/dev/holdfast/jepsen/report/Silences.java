package dev.holdfast.jepsen.report;

import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.Arrays;
import java.util.List;

/** How long no operation ended well: what clients felt of a fault. */
final class Silences {
  /** From one moment to a later one. */
  record Span(long fromNanos, long toNanos) {
    long nanos() {
      return toNanos - fromNanos;
    }
  }

  private final long[] okNanos; // ends, in order

  Silences(List<Bar> bars) {
    this.okNanos =
        bars.stream()
            .filter(bar -> bar.outcome() == Outcome.OK)
            .mapToLong(Bar::endNanos)
            .sorted()
            .toArray();
  }

  /** The longest within these bounds, which count as ends of a silence themselves. */
  Span longest(long fromNanos, long toNanos) {
    int place = Arrays.binarySearch(okNanos, fromNanos);
    Span longest = new Span(fromNanos, fromNanos);
    long lastNanos = fromNanos;
    for (int i = place < 0 ? -place - 1 : place; i < okNanos.length; i++) {
      if (okNanos[i] > toNanos) {
        break;
      }
      longest = longer(longest, lastNanos, okNanos[i]);
      lastNanos = okNanos[i];
    }
    return longer(longest, lastNanos, toNanos);
  }

  private static Span longer(Span longest, long fromNanos, long toNanos) {
    return toNanos - fromNanos > longest.nanos() ? new Span(fromNanos, toNanos) : longest;
  }
}
