package dev.holdfast.partition.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.placement.shape.MergeOptions;
import dev.holdfast.partition.placement.shape.SplitOptions;
import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.LoadWeights;
import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.partition.placement.view.NodeView.Pace;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The planner against simulated clusters, from a few nodes to a thousand.
 *
 * <p>{@code -Dplacement.seed} replays from one seed, {@code -Dplacement.seeds} runs more of them.
 */
class PlannerSimulationTest {
  private static final long FIRST_SEED = Long.getLong("placement.seed", 1);
  private static final int SEED_COUNT = Integer.getInteger("placement.seeds", 2_000);
  private static final int TURBULENT_ROUNDS = 40;
  private static final int CALM_ROUNDS_MAX = 400;
  private static final int TOLD_STEPS = 30;

  /**
   * The later ones are long: together more than every cooldown and window, so nothing is pending.
   */
  private static final int IDLE_ROUNDS = 15;

  /** As by default, but with shorter times, so that a run sees more of what takes long. */
  private static final PlannerOptions HURRIED =
      new PlannerOptions(
          3,
          LoadWeights.DEFAULT,
          new SplitOptions(
              new SplitOptions.Heat(20_000, 5_000, 0.5, Duration.ofSeconds(15)),
              SplitOptions.Division.DEFAULT,
              SplitOptions.Size.DEFAULT,
              Duration.ofSeconds(30),
              24,
              2),
          new MergeOptions(
              500, 1L << 30, Duration.ofSeconds(60), Duration.ofSeconds(90), 64L << 20, 4, 1),
          new PlannerOptions.Leaders(
              0.05, 0.04, Duration.ofSeconds(30), Duration.ofSeconds(3), 1_000, 2, 16, 0.9, 0.34),
          new PlannerOptions.Replicas(
              0.1, 0.02, Duration.ofSeconds(60), Duration.ofSeconds(30), 2, 32L << 20));

  @Test
  void smallClustersComeToRestWhateverHappenedToThem() {
    Totals totals = new Totals();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEED_COUNT; seed++) {
      SmallRun run = new SmallRun(seed);
      try {
        run.run(totals);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "replay with -Dplacement.seeds=1 -Dplacement.seed=" + seed + run.tell(), e);
      }
    }
    totals.print("small clusters, " + SEED_COUNT + " seeds");
  }

  /** What happened in all runs. */
  private static final class Totals {
    final TreeMap<String, Integer> steps = new TreeMap<>();
    final TreeMap<String, Integer> verdicts = new TreeMap<>();
    long restRounds;
    int restRoundsMax;
    int runs;

    void add(SimulatedCluster cluster, int roundsToRest) {
      cluster.stepCounts.forEach((kind, count) -> steps.merge(kind, count, Integer::sum));
      restRounds += roundsToRest;
      restRoundsMax = Math.max(restRoundsMax, roundsToRest);
      runs++;
    }

    void print(String title) {
      System.out.println(
          title
              + ": steps "
              + steps
              + ", rounds of 5 s to rest after turbulence: mean "
              + restRounds / Math.max(1, runs)
              + ", greatest "
              + restRoundsMax
              + ", verdicts "
              + verdicts);
    }
  }

  /** Turbulence first, then steady load until nothing is left to do. */
  private static final class SmallRun {
    final Random random;
    final SimulatedCluster cluster;
    final int loadKind;
    final double unitsPerSecond;
    Totals totals = new Totals();
    final ArrayDeque<String> last = new ArrayDeque<>();
    long sequentialHead;

    SmallRun(long seed) {
      // neighbouring seeds would otherwise begin with the same choices
      random = new Random(seed * 0x9E3779B97F4A7C15L);
      loadKind = random.nextInt(4);
      unitsPerSecond = 2_000 + random.nextInt(150_000);
      cluster = new SimulatedCluster(random, HURRIED, nextLoad(0));
      int nodeCount = 1 + random.nextInt(8);
      for (int i = 0; i < nodeCount; i++) {
        cluster.join(16);
      }
      cluster.partition(1 + random.nextInt(30), 1L << (20 + random.nextInt(12)));
    }

    void run(Totals totals) {
      this.totals = totals;
      cluster.failPercent = random.nextInt(30);
      for (int round = 0; round < TURBULENT_ROUNDS; round++) {
        disturb();
        cluster.load = nextLoad(round);
        round(1);
      }
      calmDown();
      int idle = 0;
      int rounds = 0;
      while (idle < IDLE_ROUNDS) {
        assertThat(rounds++).as("rounds without coming to rest").isLessThan(CALM_ROUNDS_MAX);
        idle = round(idle < 3 ? 1 : 5).isEmpty() ? idle + 1 : 0;
      }
      new BalanceChecks(cluster.view(), HURRIED).check();
      totals.add(cluster, rounds - idle);
    }

    private List<Step> round(int ticks) {
      cluster.tick(ticks * SimulatedCluster.TICK_MICROS);
      ClusterView view = cluster.view();
      Plan plan = Planner.plan(view, HURRIED);
      PlanChecks.check(view, plan, HURRIED);
      plan.verdictCounts().forEach((label, n) -> totals.verdicts.merge(label, n, Integer::sum));
      plan.steps().forEach(cluster::begin);
      plan.steps().forEach(step -> last.add(cluster.nowMicros / 1_000_000 + " s: " + step));
      while (last.size() > TOLD_STEPS) {
        last.removeFirst();
      }
      boolean busy = cluster.partitions.stream().anyMatch(each -> each.step != null);
      return busy && plan.steps().isEmpty()
          ? List.of(new Step.Merge(view.partitions().get(0).id(), view.partitions().get(0).id()))
          : plan.steps();
    }

    /** The last steps, for whoever has to find out why a run failed. */
    String tell() {
      StringBuilder told = new StringBuilder("\n" + cluster.nodes.values());
      cluster.partitions.forEach(partition -> told.append('\n').append(partition));
      last.forEach(step -> told.append('\n').append(step));
      return told.toString();
    }

    private SimulatedLoad nextLoad(int round) {
      return switch (loadKind) {
        case 0 -> SimulatedLoad.zipf(new Random(round / 50), 300, 0.99, unitsPerSecond);
        case 1 -> SimulatedLoad.hotspot(new Random(round / 15), 300, unitsPerSecond);
        case 2 ->
            SimulatedLoad.sequential(
                Math.min(SimulatedLoad.KEY_COUNT - 200, sequentialHead += 1L << 40),
                unitsPerSecond);
        default ->
            SimulatedLoad.zipf(
                new Random(7), 300, 0.8, unitsPerSecond * (round / 2 % 2 == 0 ? 0.1 : 2));
      };
    }

    private void disturb() {
      List<NodeId> ids = new ArrayList<>(cluster.nodes.keySet());
      NodeId node = ids.get(random.nextInt(ids.size()));
      long now = cluster.nowMicros;
      switch (random.nextInt(24)) {
        case 0 -> cluster.kill(node);
        case 1, 2 -> {
          if (!cluster.isUp(node)) {
            cluster.set(node, new NodeView.Live());
          }
        }
        case 3 -> {
          if (ids.size() < 10) {
            cluster.join(16);
          }
        }
        case 4 -> {
          if (cluster.isUp(node)) {
            cluster.set(node, new NodeView.Decommissioning(now));
          }
        }
        case 5 -> {
          if (cluster.isUp(node)) {
            cluster.set(node, new NodeView.Live());
          }
        }
        case 6 -> cluster.set(node, Pace.SLOW);
        case 7, 8 -> cluster.set(node, Pace.FINE);
        case 9, 10 ->
            cluster.lag(cluster.partitions.get(random.nextInt(cluster.partitions.size())), true);
        default -> {
          // a quiet moment
        }
      }
    }

    private void calmDown() {
      cluster.steady = true;
      cluster.failPercent = 0;
      cluster.nodes.keySet().forEach(node -> cluster.set(node, Pace.FINE));
      for (SimulatedPartition partition : cluster.partitions) {
        cluster.lag(partition, false);
      }
      if (random.nextBoolean()) {
        cluster.load = cluster.load.times(0.001);
      }
    }
  }
}
