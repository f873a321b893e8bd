package dev.holdfast.partition.placement.shape;

import java.time.Duration;

/**
 * When neighbours are merged. How far below the thresholds of a split this must stay is checked
 * where both are known, by the options of the planner. Reasons for the defaults: decision 0020.
 *
 * @param unitsPerSecondMax the peaks of both in the cold window, added up, must be below; default
 *     500
 * @param bytesMax of both together; default 32 MiB, since the rows go through the log (decision 22)
 * @param window for how long both must have been cold without a break; default 10 minutes
 * @param cooldown since either was split or merged; longer than the window; default 15 minutes
 * @param alignBytesMax a partition on other nodes than its neighbour is moved there first, if it is
 *     not larger; default 64 MiB
 * @param alignmentsMax pairs being brought together at a time; default 4
 * @param partitionCountMin the cluster keeps this many; default 1
 */
public record MergeOptions(
    double unitsPerSecondMax,
    long bytesMax,
    Duration window,
    Duration cooldown,
    long alignBytesMax,
    int alignmentsMax,
    int partitionCountMin) {
  public static final MergeOptions DEFAULT =
      new MergeOptions(
          500, 32L << 20, Duration.ofMinutes(10), Duration.ofMinutes(15), 64L << 20, 4, 1);

  public MergeOptions {
    if (!(unitsPerSecondMax >= 0) || bytesMax < 0 || alignBytesMax < 0) {
      throw new IllegalArgumentException(
          "negative limits: " + unitsPerSecondMax + ", " + bytesMax + ", " + alignBytesMax);
    }
    if (window.isNegative() || cooldown.compareTo(window) < 0) {
      throw new IllegalArgumentException("the cooldown must not be shorter than the cold window");
    }
    if (alignmentsMax < 0 || partitionCountMin < 1) {
      throw new IllegalArgumentException(alignmentsMax + " alignments, " + partitionCountMin);
    }
  }
}
