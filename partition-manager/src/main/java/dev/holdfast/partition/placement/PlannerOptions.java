package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.shape.MergeOptions;
import dev.holdfast.partition.placement.shape.SplitOptions;
import dev.holdfast.partition.placement.view.LoadWeights;
import java.time.Duration;

/**
 * How the planner decides. Reasons for the defaults: decision 0020.
 *
 * <p>What is merged must stay far below what would be split again: its load below half of what is
 * hot in any surroundings, its size below half of what is large.
 *
 * @param replicaCount voters per partition that are wanted; default 3
 */
public record PlannerOptions(
    int replicaCount,
    LoadWeights weights,
    SplitOptions split,
    MergeOptions merge,
    Leaders leaders,
    Replicas replicas) {
  private static final int REPLICA_COUNT_MAX = 9;

  public static final PlannerOptions DEFAULT =
      new PlannerOptions(
          3,
          LoadWeights.DEFAULT,
          SplitOptions.DEFAULT,
          MergeOptions.DEFAULT,
          Leaders.DEFAULT,
          Replicas.DEFAULT);

  /**
   * How leaders are placed.
   *
   * @param tolerance share of the mean by which a node's load may differ from it before leaders
   *     move; default 0.05
   * @param slack share of the mean, and three times that of what moves, by which a move must do
   *     more than swap two nodes' parts, so that it is not taken back for noise; default 0.04
   * @param cooldown between two moves of one leader for balance; default 60 s
   * @param settling after a split or merge, before which nobody knows what its load is; default 3 s
   * @param lagEntriesMax a replica further behind is not up to date; default 1,000
   * @param movesPerNodeMax given or taken by one node in one round for balance; default 4
   * @param evacuationsPerNodeMax the same, away from a node that is slow or being emptied; default
   *     16
   * @param cpuShareMax a node that uses more of its cores, and more than the nodes do at the mean,
   *     takes no leaders; default 0.9
   * @param slowNodesShareMax if more of the live nodes are slow, none is: their leaders would have
   *     nowhere better to go; default 0.34
   */
  public record Leaders(
      double tolerance,
      double slack,
      Duration cooldown,
      Duration settling,
      long lagEntriesMax,
      int movesPerNodeMax,
      int evacuationsPerNodeMax,
      double cpuShareMax,
      double slowNodesShareMax) {
    public static final Leaders DEFAULT =
        new Leaders(
            0.05, 0.04, Duration.ofSeconds(60), Duration.ofSeconds(3), 1_000, 4, 16, 0.9, 0.34);

    public Leaders {
      checkBand(tolerance, slack);
      if (movesPerNodeMax < 1 || evacuationsPerNodeMax < movesPerNodeMax || lagEntriesMax < 0) {
        throw new IllegalArgumentException(
            "moves " + movesPerNodeMax + ", evacuations " + evacuationsPerNodeMax);
      }
    }
  }

  /**
   * How replicas are placed.
   *
   * @param tolerance share of the mean by which a node's data may differ from it before replicas
   *     move; default 0.1
   * @param slack as for leaders; default 0.02
   * @param deadAfter a node dead for longer is replaced; default 5 minutes
   * @param cooldown between two moves of one partition's replicas for balance; default 2 minutes
   * @param transfersPerNodeMax replicas that one node receives, or sends as a leader, at a time;
   *     default 2
   * @param groupBytes what a replica weighs beside its data, since an empty Raft group costs too;
   *     default 32 MiB
   */
  public record Replicas(
      double tolerance,
      double slack,
      Duration deadAfter,
      Duration cooldown,
      int transfersPerNodeMax,
      long groupBytes) {
    public static final Replicas DEFAULT =
        new Replicas(0.1, 0.02, Duration.ofMinutes(5), Duration.ofMinutes(2), 2, 32L << 20);

    public Replicas {
      checkBand(tolerance, slack);
      if (transfersPerNodeMax < 1 || groupBytes < 1) {
        throw new IllegalArgumentException(
            "transfers " + transfersPerNodeMax + ", group " + groupBytes);
      }
    }
  }

  public PlannerOptions {
    if (replicaCount < 1 || replicaCount > REPLICA_COUNT_MAX) {
      throw new IllegalArgumentException("replicas " + replicaCount);
    }
    if (merge.unitsPerSecondMax() > split.heat().unevenUnitsPerSecond() / 2) {
      throw new IllegalArgumentException("what is merged could be hot at once");
    }
    if (merge.bytesMax() > split.size().bytesMax() / 2) {
      throw new IllegalArgumentException("what is merged could be large at once");
    }
  }

  /** The same, for another number of replicas. */
  public PlannerOptions withReplicaCount(int count) {
    return new PlannerOptions(count, weights, split, merge, leaders, replicas);
  }

  private static void checkBand(double tolerance, double slack) {
    if (!(slack > 0 && slack < tolerance && tolerance < 1)) {
      throw new IllegalArgumentException("tolerance " + tolerance + ", slack " + slack);
    }
  }
}
