package dev.holdfast.node.config;

import dev.holdfast.partition.observation.ObserverOptions;
import dev.holdfast.partition.placement.PlannerOptions;
import dev.holdfast.partition.placement.shape.MergeOptions;
import dev.holdfast.partition.placement.shape.SplitOptions;
import dev.holdfast.partition.reconcile.Steering;
import java.time.Duration;

/**
 * How the cluster looks after itself (decision 0020); only the controller's counts. Load is in
 * units: a small strong read is one, a write four.
 *
 * @param mode whether plans are carried out, or only shown; default on
 * @param splitUnitsPerSecond load that is hot by itself; a quarter of it is hot where no placement
 *     of leaders could even it out; default 20,000
 * @param splitWindow for how long it must last; default 30 s
 * @param splitCooldown between two changes of one range; not shorter; default 60 s
 * @param splitBytesMin a smaller partition is not split for its load; default 4 MiB
 * @param splitBytesMax a larger one is split however cold; default 4 GiB
 * @param mergeWindow for how long neighbours must have been cold; default 10 minutes
 * @param mergeCooldown since either was split or merged; not shorter; default 15 minutes
 * @param deadAfter a node that is silent for longer is replaced, where another is free; default 5
 *     minutes
 */
public record Balancing(
    Steering.Mode mode,
    long splitUnitsPerSecond,
    Duration splitWindow,
    Duration splitCooldown,
    long splitBytesMin,
    long splitBytesMax,
    Duration mergeWindow,
    Duration mergeCooldown,
    Duration deadAfter) {
  // Before DEFAULT, whose constructor uses it.
  private static final double UNEVEN_DIVISOR = 4;

  public static final Balancing DEFAULT =
      new Balancing(
          Steering.Mode.STEER,
          20_000,
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          4L << 20,
          4L << 30,
          Duration.ofMinutes(10),
          Duration.ofMinutes(15),
          Duration.ofMinutes(5));

  public Balancing {
    if (splitUnitsPerSecond < 1
        || splitBytesMin < 0
        || splitBytesMax / UNEVEN_DIVISOR < splitBytesMin) {
      throw new IllegalArgumentException(
          "split.units.per.second must be at least 1 and split.bytes.max four times"
              + " split.bytes.min");
    }
    if (splitCooldown.compareTo(splitWindow) < 0 || mergeCooldown.compareTo(mergeWindow) < 0) {
      throw new IllegalArgumentException(
          "split.cooldown.seconds and merge.cooldown.seconds must not be shorter than their"
              + " windows");
    }
  }

  /**
   * @param replicaCount wanted per partition
   * @param partitionCountMin what the cluster began with: merges leave as many
   */
  public PlannerOptions planner(int replicaCount, int partitionCountMin) {
    PlannerOptions standard = PlannerOptions.DEFAULT;
    SplitOptions split = standard.split();
    double uneven = splitUnitsPerSecond / UNEVEN_DIVISOR;
    MergeOptions merge = standard.merge();
    PlannerOptions.Replicas replicas = standard.replicas();
    return new PlannerOptions(
        replicaCount,
        standard.weights(),
        new SplitOptions(
            new SplitOptions.Heat(
                splitUnitsPerSecond, uneven, split.heat().unevenShare(), splitWindow),
            split.division(),
            new SplitOptions.Size(splitBytesMin, splitBytesMax),
            splitCooldown,
            split.replicasPerCoreMax(),
            split.busyReplicasPerCoreMax()),
        new MergeOptions(
            Math.min(merge.unitsPerSecondMax(), uneven / 2),
            Math.min(merge.bytesMax(), splitBytesMax / 2),
            mergeWindow,
            mergeCooldown,
            merge.alignBytesMax(),
            merge.alignmentsMax(),
            partitionCountMin),
        standard.leaders(),
        new PlannerOptions.Replicas(
            replicas.tolerance(),
            replicas.slack(),
            deadAfter,
            replicas.cooldown(),
            replicas.transfersPerNodeMax(),
            replicas.groupBytes()));
  }

  public ObserverOptions observer() {
    ObserverOptions standard = ObserverOptions.DEFAULT;
    Duration cold = mergeWindow.compareTo(splitWindow) < 0 ? splitWindow : mergeWindow;
    return new ObserverOptions(splitWindow, cold, standard.silence(), standard.stallMin());
  }
}
