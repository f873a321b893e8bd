package dev.holdfast.partition.placement.shape;

import dev.holdfast.partition.placement.view.KeySamples;
import java.time.Duration;

/**
 * When and where partitions are split. Reasons for the defaults: decision 0020.
 *
 * @param cooldown between two changes of one partition's range, and of its children's; at least the
 *     hot window, or a child would be judged by what its parent did; default 60 s
 * @param replicasPerCoreMax above this many replicas per core, over the whole cluster, heat splits
 *     no more, since every Raft group costs threads and heartbeats; default 24
 * @param busyReplicasPerCoreMax heat splits nothing if there would be more replicas of partitions
 *     under load per core then: each group batches less and wakes more threads. On two cores for
 *     three nodes two hot partitions were measured to serve three quarters of what one does;
 *     default 2
 */
public record SplitOptions(
    Heat heat,
    Division division,
    Size size,
    Duration cooldown,
    double replicasPerCoreMax,
    double busyReplicasPerCoreMax) {
  public static final SplitOptions DEFAULT =
      new SplitOptions(Heat.DEFAULT, Division.DEFAULT, Size.DEFAULT, Duration.ofSeconds(60), 24, 2);

  /**
   * What is hot.
   *
   * @param unitsPerSecond load that is hot by itself; default 20,000, about half of what one group
   *     was measured to serve
   * @param unevenUnitsPerSecond load that is hot if it also is more than {@code unevenShare} of
   *     what a node leads on average, for then no placement of leaders can even it out; default
   *     5,000
   * @param unevenShare default 0.5
   * @param window for how long without a break; default 30 s
   */
  public record Heat(
      double unitsPerSecond, double unevenUnitsPerSecond, double unevenShare, Duration window) {
    public static final Heat DEFAULT = new Heat(20_000, 5_000, 0.5, Duration.ofSeconds(30));

    public Heat {
      if (!(unevenUnitsPerSecond > 0 && unevenUnitsPerSecond <= unitsPerSecond)) {
        throw new IllegalArgumentException("the uneven threshold must not exceed the hot one");
      }
      if (!(unevenShare > 0) || window.isNegative()) {
        throw new IllegalArgumentException("uneven share " + unevenShare + ", window " + window);
      }
    }
  }

  /** A partition with less counts as idle: half of what the smallest hot one is asked for. */
  public double busyUnits() {
    return heat.unevenUnitsPerSecond() / 2;
  }

  /**
   * Which key is worth a split.
   *
   * @param sampleCountMin fewer samples tell nothing; default 32
   * @param imbalanceMax {@code |left - right| / (left + right)} must be below; default 0.25
   * @param containedShareMax requests that span the key are served by both sides: their share must
   *     be below; default 0.5
   * @param hottestKeyShareMax no split if one key has more of the load; default 0.5
   * @param sequentialShareMax no split for heat if more of the load is sequential; default 0.5
   * @param absentShareMax no split for heat if more of it is on keys that hold no data; default 0.5
   */
  public record Division(
      int sampleCountMin,
      double imbalanceMax,
      double containedShareMax,
      double hottestKeyShareMax,
      double sequentialShareMax,
      double absentShareMax) {
    public static final Division DEFAULT = new Division(32, 0.25, 0.5, 0.5, 0.5, 0.5);

    public Division {
      if (sampleCountMin < 1 || sampleCountMin > KeySamples.SAMPLE_COUNT_MAX) {
        throw new IllegalArgumentException("at least " + sampleCountMin + " samples");
      }
      checkShare(imbalanceMax);
      checkShare(containedShareMax);
      checkShare(hottestKeyShareMax);
      checkShare(sequentialShareMax);
      checkShare(absentShareMax);
    }

    private static void checkShare(double share) {
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException("not a share: " + share);
      }
    }
  }

  /**
   * What is small and large.
   *
   * @param bytesMin a smaller partition is not split, however hot; default 4 MiB
   * @param bytesMax a larger one is split, however cold; default 4 GiB
   */
  public record Size(long bytesMin, long bytesMax) {
    public static final Size DEFAULT = new Size(4L << 20, 4L << 30);

    public Size {
      if (bytesMin < 0 || bytesMax / 4 < bytesMin) {
        throw new IllegalArgumentException(
            "a quarter of the largest partition must not be too small: " + bytesMax);
      }
    }
  }

  public SplitOptions {
    if (cooldown.compareTo(heat.window()) < 0) {
      throw new IllegalArgumentException("the cooldown must not be shorter than the hot window");
    }
    if (!(replicasPerCoreMax > 0 && busyReplicasPerCoreMax > 0)) {
      throw new IllegalArgumentException(
          replicasPerCoreMax + " replicas per core, " + busyReplicasPerCoreMax + " under load");
    }
  }
}
