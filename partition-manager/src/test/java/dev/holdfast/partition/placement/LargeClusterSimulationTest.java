package dev.holdfast.partition.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A thousand nodes, a hundred thousand partitions: what a round costs, and whether it converges.
 */
class LargeClusterSimulationTest {
  private static final int NODE_COUNT = Integer.getInteger("placement.nodes", 1_000);
  private static final int PARTITION_COUNT = 100 * NODE_COUNT;
  private static final double UNITS_PER_NODE = 5_000;

  /** Enough for 300 replicas on a joined node within the rounds that are simulated. */
  private static final PlannerOptions OPTIONS =
      new PlannerOptions(
          3,
          PlannerOptions.DEFAULT.weights(),
          PlannerOptions.DEFAULT.split(),
          PlannerOptions.DEFAULT.merge(),
          PlannerOptions.DEFAULT.leaders(),
          new PlannerOptions.Replicas(
              0.1,
              0.02,
              PlannerOptions.DEFAULT.replicas().deadAfter(),
              PlannerOptions.DEFAULT.replicas().cooldown(),
              20,
              32L << 20));

  private final Random random = new Random(Long.getLong("placement.seed", 1));
  private final List<Long> planMicros = new ArrayList<>();
  private long workMax;

  @Test
  void aThousandNodesConvergeAndARoundOfPlanningStaysCheap() {
    SimulatedCluster cluster =
        new SimulatedCluster(
            random,
            OPTIONS,
            SimulatedLoad.zipf(random, 3 * PARTITION_COUNT, 0.7, UNITS_PER_NODE * NODE_COUNT));
    cluster.steady = true;
    for (int i = 0; i < NODE_COUNT; i++) {
      cluster.join(16);
    }
    cluster.partition(PARTITION_COUNT, 1L << 30);
    rounds(cluster, "random placement", 30);

    List<NodeId> ids = new ArrayList<>(cluster.nodes.keySet());
    for (int i = 0; i < NODE_COUNT / 200; i++) {
      cluster.kill(ids.get(random.nextInt(ids.size())));
      cluster.join(16);
    }
    cluster.nowMicros += OPTIONS.replicas().deadAfter().toNanos() / 1000;
    rounds(cluster, "nodes died and joined", 30);
    cluster.load = SimulatedLoad.hotspot(random, 3 * PARTITION_COUNT, UNITS_PER_NODE * NODE_COUNT);
    rounds(cluster, "a hotspot", 40);

    System.out.println("large cluster: steps " + cluster.stepCounts);
    new BalanceChecks(cluster.view(), OPTIONS).check();
    // a few looks at each replica, and the nodes outside the band look at what they hold
    assertThat(workMax).isLessThan(40L * PARTITION_COUNT);
  }

  private void rounds(SimulatedCluster cluster, String title, int count) {
    int steps = 0;
    planMicros.clear();
    for (int round = 0; round < count; round++) {
      cluster.tick(SimulatedCluster.TICK_MICROS);
      ClusterView view = cluster.view();
      long before = System.nanoTime();
      Plan plan = Planner.plan(view, OPTIONS);
      planMicros.add((System.nanoTime() - before) / 1000);
      PlanChecks.check(view, plan, OPTIONS);
      plan.steps().forEach(cluster::begin);
      steps = plan.steps().size();
      workMax = Math.max(workMax, plan.workCount());
    }
    long[] sorted = planMicros.stream().mapToLong(each -> each).sorted().toArray();
    BalanceChecks balance = new BalanceChecks(cluster.view(), OPTIONS);
    long dead =
        cluster.nodes.values().stream()
            .filter(node -> node.state() instanceof NodeView.Dead)
            .count();
    System.out.println(
        "large cluster, "
            + title
            + ": "
            + count
            + " rounds, planning took "
            + sorted[sorted.length / 2] / 1000
            + " ms (median), "
            + sorted[sorted.length - 1] / 1000
            + " ms (most); steps in the last round "
            + steps
            + "; nodes outside the band "
            + balance.outsideCount()
            + " ("
            + dead
            + " dead), worst excess "
            + Math.round(balance.worstExcess() * 100)
            + " %; work at most "
            + workMax);
  }
}
