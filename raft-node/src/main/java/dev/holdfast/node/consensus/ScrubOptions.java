package dev.holdfast.node.consensus;

import java.time.Duration;

/**
 * How a node reads what nobody else reads, in search of damage.
 *
 * @param interval from the beginning of one round over all replicas to that of the next; default 24
 *     h, zero for never
 * @param bytesPerSecondMax read on average while a round lasts; default 16 MiB
 */
public record ScrubOptions(Duration interval, long bytesPerSecondMax) {
  public static final ScrubOptions DEFAULT = new ScrubOptions(Duration.ofHours(24), 16L << 20);

  public ScrubOptions {
    if (interval.isNegative() || bytesPerSecondMax < 1) {
      throw new IllegalArgumentException("scrubbing every " + interval);
    }
  }
}
