package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invariant 4 by the rules of replication.md, and not without any one of them. */
class LeaseSimulationTest {
  private static final int STEPS = 800;
  private static final int RUNS = 4_000;
  private static final int RUNS_MORE_MAX = 40_000;

  @Test
  void noStrongReadIsStaleWhenAllRulesAreKept() {
    long answerCount = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      LeaseSimulation simulation = new LeaseSimulation(seed, Set.of());
      assertThat(simulation.run(STEPS)).as("seed %d", seed).isNull();
      answerCount += simulation.answerCount();
    }
    assertThat(answerCount).isGreaterThan(10L * RUNS);
  }

  /** The seeds were found by trying all before; a change of the simulation may need later ones. */
  @ParameterizedTest
  @CsvSource({
    "L1_TIME_BEFORE_SUBMISSION, 16722",
    "L1_LENGTH, 347880",
    "L1_DRIFT, 11781",
    "L1_WALL_CLOCK, 17988",
    "L2_WAIT, 114",
    "L2_RESULTS_WAIT, 316",
    "L3_COMMIT_INDEX, 2104",
    "L4_AFTER_OWN_WAIT, 10239",
    "L4_VOID_FIRST, 871",
    "L4_LATER_ENTRIES_ONLY, 13382",
    "L4_NOTHING_BETWEEN, 6150",
    "L5_TERM_UNCHANGED, 860"
  })
  void someStrongReadIsStaleWhenOneRuleIsBroken(LeaseRule rule, long firstSeed) {
    long seed = firstSeed;
    while (seed < firstSeed + RUNS_MORE_MAX && isSound(seed, rule)) {
      seed++;
    }
    assertThat(seed).as("%s broken", rule).isLessThan(firstSeed + RUNS_MORE_MAX);
    assertThat(new LeaseSimulation(seed, Set.of()).run(STEPS)).as("the same run, kept").isNull();
  }

  private static boolean isSound(long seed, LeaseRule broken) {
    return new LeaseSimulation(seed, EnumSet.of(broken)).run(STEPS) == null;
  }
}
