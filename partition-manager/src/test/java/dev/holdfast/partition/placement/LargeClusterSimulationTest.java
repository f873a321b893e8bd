package dev.holdfast.partition.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.protocol.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A thousand nodes, a hundred thousand partitions: what a round costs, and whether it converges.
 */
class LargeClusterSimulationTest {
  private static final int NODE_COUNT = 1_000;

  /** Under each kind of load; {@code -Dplacement.nodes=1000} takes minutes. */
  private static final int LOADED_NODE_COUNT = Integer.getInteger("placement.nodes", 30);

  private static final int PARTITIONS_PER_NODE = 100;
  private static final double UNITS_PER_NODE = 20_000;

  /** Looks at candidates per partition and round: a few at each replica. */
  private static final long WORK_PER_PARTITION_MAX = 40;

  /** More at a time than by default, so that fewer rounds need to be simulated. */
  private static final PlannerOptions OPTIONS =
      new PlannerOptions(
          3,
          PlannerOptions.DEFAULT.weights(),
          PlannerOptions.DEFAULT.split(),
          PlannerOptions.DEFAULT.merge(),
          new PlannerOptions.Leaders(
              0.05, 0.04, Duration.ofSeconds(60), Duration.ofSeconds(3), 1_000, 12, 16, 0.9, 0.34),
          new PlannerOptions.Replicas(
              0.1, 0.02, Duration.ofMinutes(5), Duration.ofMinutes(2), 20, 32L << 20));

  private static final long SEED = Long.getLong("placement.seed", 1);

  private final Random random = new Random(SEED);
  private SimulatedLoad first = zipf(1);

  @Test
  void aThousandNodesConvergeAndARoundOfPlanningStaysCheap() {
    SimulatedCluster cluster = cluster(NODE_COUNT, zipf(NODE_COUNT));
    rounds(cluster, "random placement", 20);
    new BalanceChecks(cluster.view(), OPTIONS).check();

    List<NodeId> ids = new ArrayList<>(cluster.nodes.keySet());
    for (int i = 0; i < NODE_COUNT / 200; i++) {
      cluster.kill(ids.get(random.nextInt(ids.size())));
      cluster.join(16);
    }
    cluster.nowMicros += OPTIONS.replicas().deadAfter().toNanos() / 1000;
    rounds(cluster, "nodes died and joined", 30);

    new BalanceChecks(cluster.view(), OPTIONS).check();
  }

  @Test
  void everyKindOfLoadIsSpreadAndThenLeftAlone() {
    for (Kind kind : Kind.values()) {
      first = zipf(LOADED_NODE_COUNT);
      SimulatedCluster cluster = cluster(LOADED_NODE_COUNT, first);
      for (int round = 0; round < 60; round++) {
        cluster.load = load(kind, round);
        round(cluster);
      }
      rounds(cluster, kind + ", till it is steady", 120);
      new BalanceChecks(cluster.view(), OPTIONS).check();

      cluster.steady = false;
      rounds(cluster, kind + ", as noise of 3 % begins", 60);
      int before = moves(cluster);
      rounds(cluster, kind + ", in noise of 3 %", 60);
      assertThat(moves(cluster) - before)
          .as("steps in five minutes under %s", kind)
          .isLessThan(LOADED_NODE_COUNT);
    }
  }

  private enum Kind {
    ZIPF,
    MOVING_HOTSPOT,
    SEQUENTIAL,
    BURSTY
  }

  private SimulatedLoad load(Kind kind, int round) {
    double units = UNITS_PER_NODE * LOADED_NODE_COUNT;
    return switch (kind) {
      case ZIPF -> first;
      case MOVING_HOTSPOT ->
          SimulatedLoad.hotspot(
              new Random(round / 30), 3 * PARTITIONS_PER_NODE * LOADED_NODE_COUNT, units);
      case SEQUENTIAL -> SimulatedLoad.sequential((round + 1L) << 40, units);
      case BURSTY -> round % 4 < 2 ? first.times(0.1) : first;
    };
  }

  private SimulatedLoad zipf(int nodeCount) {
    return SimulatedLoad.zipf(
        random, 3 * PARTITIONS_PER_NODE * nodeCount, 0.7, UNITS_PER_NODE * nodeCount);
  }

  private SimulatedCluster cluster(int nodeCount, SimulatedLoad load) {
    SimulatedCluster cluster = new SimulatedCluster(random, OPTIONS, load);
    cluster.steady = true;
    for (int i = 0; i < nodeCount; i++) {
      cluster.join(16);
    }
    cluster.partition(PARTITIONS_PER_NODE * nodeCount, 1L << 30);
    return cluster;
  }

  private static int moves(SimulatedCluster cluster) {
    return cluster.stepCounts.values().stream().mapToInt(each -> each).sum();
  }

  /** Returns how long planning took, in micros. */
  private static long round(SimulatedCluster cluster) {
    cluster.tick(SimulatedCluster.TICK_MICROS);
    ClusterView view = cluster.view();
    long before = System.nanoTime();
    Plan plan = Planner.plan(view, OPTIONS);
    long micros = (System.nanoTime() - before) / 1000;
    PlanChecks.check(view, plan, OPTIONS);
    plan.steps().forEach(cluster::begin);
    assertThat(plan.workCount()).isLessThan(WORK_PER_PARTITION_MAX * view.partitions().size());
    return micros;
  }

  private static void rounds(SimulatedCluster cluster, String title, int count) {
    long[] planMicros = new long[count];
    TreeMap<String, Integer> kinds = new TreeMap<>();
    cluster.stepCounts.forEach((kind, steps) -> kinds.put(kind, -steps));
    for (int i = 0; i < count; i++) {
      planMicros[i] = round(cluster);
    }
    cluster.stepCounts.forEach((kind, steps) -> kinds.merge(kind, steps, Integer::sum));
    kinds.values().removeIf(steps -> steps == 0);
    Arrays.sort(planMicros);
    BalanceChecks balance = new BalanceChecks(cluster.view(), OPTIONS);
    System.out.printf(
        Locale.ROOT,
        "large cluster, seed %d, %s: %d rounds, steps %s, planning %d ms (median) to %d ms; "
            + "%d of %d nodes outside the band, the busiest %.0f %% above the mean%n",
        SEED,
        title,
        count,
        kinds,
        planMicros[count / 2] / 1000,
        planMicros[count - 1] / 1000,
        balance.outsideCount(),
        cluster.nodes.size(),
        balance.worstExcess() * 100);
  }
}
