package dev.holdfast.node.expiry;

import java.time.Duration;

/**
 * How fast what has expired goes.
 *
 * @param interval how often the leader of a partition looks; default 5 s, so that an item is gone
 *     within ten as long as there are not more than {@code itemsPerSecond}
 * @param itemsPerSecond that one node deletes at most; default 2,000
 */
public record ExpiryOptions(Duration interval, int itemsPerSecond) {
  public ExpiryOptions {
    if (interval.toMillis() < 1 || itemsPerSecond < 1) {
      throw new IllegalArgumentException(
          "interval " + interval + ", items per second " + itemsPerSecond);
    }
  }
}
