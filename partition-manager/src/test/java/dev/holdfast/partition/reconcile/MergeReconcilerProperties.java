package dev.holdfast.partition.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.reconcile.SimulatedMerges.Flaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Controllers that die between any two steps of a merge, that overlap, and whose messages get lost,
 * late and doubled, while clients write by maps of any age: whoever is answered sees what was
 * acknowledged, every key is served by somebody in the end, and replicas agree. Each rule that is
 * broken on purpose is noticed.
 */
class MergeReconcilerProperties {
  private static final int ROUNDS = 12;
  private static final int STEPS_PER_ROUND_MAX = 30;
  private static final int SEEDS_UNTIL_NOTICED_MAX = 2_000;

  private int mergedCount;
  private int abandonedCount;

  @Property(tries = 400)
  void whatWasBegunIsDoneOrGivenUpAndNothingIsLost(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int partitionCount) {
    assertThat(anomaly(seed, partitionCount, Flaw.NONE)).isNull();
  }

  @Test
  void mergesAreDoneAndGivenUp() {
    for (long seed = 0; seed < 100; seed++) {
      assertThat(anomaly(seed, 3, Flaw.NONE)).isNull();
    }
    assertThat(mergedCount).as("merged").isGreaterThan(100);
    assertThat(abandonedCount).as("abandoned").isGreaterThan(20);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aRuleThatIsBrokenIsNoticed(Flaw flaw) {
    String noticed = null;
    for (long seed = 0; seed < SEEDS_UNTIL_NOTICED_MAX && noticed == null; seed++) {
      noticed = anomaly(seed, 3, flaw);
    }
    assertThat(noticed).isNotNull();
  }

  private @Nullable String anomaly(long seed, int partitionCount, Flaw flaw) {
    Random random = new Random(seed);
    SimulatedMerges world = new SimulatedMerges(random, flaw, partitionCount);
    List<SimulatedMerges.Controller> controllers = new ArrayList<>();
    try {
      for (int round = 0; round < ROUNDS; round++) {
        world.failPercent = random.nextInt(50);
        world.overduePercent = random.nextBoolean() ? 40 : 0;
        world.userMergesSomething();
        if (controllers.isEmpty() || random.nextInt(3) == 0) {
          controllers.add(world.new Controller());
        }
        if (controllers.size() > 2) {
          controllers.remove(0).alive = false;
        }
        controllers.get(random.nextInt(controllers.size())).reconciler.trigger();
        for (int i = random.nextInt(STEPS_PER_ROUND_MAX); i > 0 && world.step(); i--) {
          world.clientWrites();
          String anomaly = world.anomaly();
          if (anomaly != null) {
            return anomaly;
          }
        }
      }
      controllers.forEach(controller -> controller.alive = false);
      return settled(world);
    } catch (IllegalStateException e) {
      return e.toString(); // a replica could not go on, or the map did not fit
    }
  }

  private @Nullable String settled(SimulatedMerges world) {
    world.failPercent = 0;
    world.overduePercent = 0;
    SimulatedMerges.Controller last = world.new Controller();
    for (int sweep = 0; sweep < 6; sweep++) {
      last.reconciler.trigger();
      while (world.step()) {
        // until nothing is under way
      }
    }
    mergedCount += world.mergedCount;
    abandonedCount += world.abandonedCount;
    return world.unsettled();
  }
}
