package dev.holdfast.partition.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.GroupState;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.MoveStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * Moves under controllers that die or overlap, nodes that die and come back, and messages that are
 * lost, doubled and late: what was begun ends, and no step makes a group less safe than it was.
 */
class MoveReconcilerProperties {
  private static final int ROUNDS = 40;
  private static final int STEPS_PER_ROUND_MAX = 25;
  private static final int FLAWED_RUNS = 300;

  @Property(tries = 400)
  void whatWasBegunEndsAndNoStepIsUnsafe(@ForAll long seed) {
    run(seed, MoveStep::next);
  }

  private static void run(long seed, BiFunction<MoveOperation, GroupState, MoveStep> rule) {
    Random random = new Random(seed);
    SimulatedGroups world = new SimulatedGroups(random, rule);
    List<SimulatedGroups.Controller> controllers = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      world.failPercent = random.nextInt(60);
      world.somethingHappens();
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
    world.allLive();
    SimulatedGroups.Controller last = world.connect();
    for (int sweep = 0; sweep < 8; sweep++) {
      last.trigger();
      while (world.step()) {
        // until nothing is under way
      }
    }
    world.checkSettled();
  }

  /** What the checks are worth: each rule left out is noticed. */
  @Test
  void everyPlantedFlawIsNoticed() {
    assertNoticed("promoting who is not current", MoveReconcilerProperties::hasty);
    assertNoticed("removing before adding", MoveReconcilerProperties::removesFirst);
    assertNoticed("removing while another is dead", MoveReconcilerProperties::careless);
    assertNoticed("a leader that removes itself", MoveReconcilerProperties::stubborn);
    assertNoticed("ending before the log says so", MoveReconcilerProperties::forgetful);
    assertNoticed("undoing what cannot be", MoveReconcilerProperties::fickle);
  }

  private static void assertNoticed(
      String flaw, BiFunction<MoveOperation, GroupState, MoveStep> rule) {
    boolean noticed = false;
    for (long seed = 0; seed < FLAWED_RUNS && !noticed; seed++) {
      try {
        run(seed, rule);
      } catch (AssertionError found) {
        noticed = true;
      }
    }
    assertThat(noticed).as(flaw).isTrue();
  }

  private static MoveStep hasty(MoveOperation move, GroupState group) {
    MoveStep step = MoveStep.next(move, group);
    return step == MoveStep.WAIT && group.listeners().contains(move.add())
        ? MoveStep.PROMOTE
        : step;
  }

  private static MoveStep removesFirst(MoveOperation move, GroupState group) {
    MoveStep step = MoveStep.next(move, group);
    return step == MoveStep.ADD_LISTENER
            && move.remove() != null
            && !group.leader().equals(move.remove())
        ? MoveStep.REMOVE
        : step;
  }

  private static MoveStep careless(MoveOperation move, GroupState group) {
    MoveStep step = MoveStep.next(move, group);
    boolean added = move.add() == null || group.voters().contains(move.add());
    return step == MoveStep.WAIT
            && added
            && move.remove() != null
            && !group.leader().equals(move.remove())
            && group.live().contains(move.remove())
        ? MoveStep.REMOVE
        : step;
  }

  private static MoveStep stubborn(MoveOperation move, GroupState group) {
    MoveStep step = MoveStep.next(move, group);
    return step == MoveStep.HAND_OVER
        ? (group.leader().equals(move.add()) ? MoveStep.RETRACT : MoveStep.REMOVE)
        : step;
  }

  private static MoveStep forgetful(MoveOperation move, GroupState group) {
    MoveStep step = MoveStep.next(move, group);
    return step == MoveStep.RECORD ? MoveStep.MOVED : step;
  }

  private static MoveStep fickle(MoveOperation move, GroupState group) {
    return move.givenUp() ? MoveStep.UNDONE : MoveStep.next(move, group);
  }
}
