package dev.holdfast.partition.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Controllers that die between any two steps, that overlap, and whose messages get lost, while
 * tables come and go: the map and the partitions end up the same, and as was decided.
 */
class SplitReconcilerProperties {
  private static final int ROUNDS = 25;
  private static final int STEPS_PER_ROUND_MAX = 30;

  @Property(tries = 300)
  void whatWasBegunIsDoneOrGivenUpWhateverHappens(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int partitionCount) {
    Random random = new Random(seed);
    SimulatedPartitions world = new SimulatedPartitions(random, partitionCount);
    List<SimulatedPartitions.Controller> controllers = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      world.failPercent = random.nextInt(60);
      world.userDoesSomething();
      if (controllers.isEmpty() || random.nextInt(3) == 0) {
        controllers.add(world.connect());
      }
      if (controllers.size() > 2) {
        controllers.remove(0).alive = false;
      }
      controllers.get(random.nextInt(controllers.size())).trigger();
      for (int i = random.nextInt(STEPS_PER_ROUND_MAX); i > 0 && world.step(); i--) {
        // step has done it all
      }
    }

    controllers.forEach(controller -> controller.alive = false);
    world.failPercent = 0;
    SimulatedPartitions.Controller last = world.connect();
    for (int sweep = 0; sweep < 3; sweep++) { // tables may have to wait for a split
      last.trigger();
      while (world.step()) {
        // until nothing is under way
      }
    }
    world.checkSettled();
  }
}
