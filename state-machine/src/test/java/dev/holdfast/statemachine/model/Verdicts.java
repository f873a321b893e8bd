package dev.holdfast.statemachine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.statemachine.model.Explorer.Findings;

/** What tests say of a model. */
public final class Verdicts {
  /** More would not fit into the tests' memory. */
  private static final int STATE_COUNT_MAX = 4_000_000;

  private Verdicts() {}

  /**
   * No state is wrong, none was left out, and the model is no trivial one.
   *
   * @param actionCount how many kinds of steps the model has: all of them must have been taken
   */
  public static void assertSound(Model model, int stateCountMin, int actionCount) {
    Findings findings = Explorer.explore(model, STATE_COUNT_MAX);
    assertThat(findings.wrong()).isNull();
    assertThat(findings.complete()).as("%d states", findings.stateCount()).isTrue();
    assertThat(findings.stateCount()).isGreaterThanOrEqualTo(stateCountMin);
    assertThat(findings.actions()).hasSize(actionCount);
  }

  /** Some state is wrong, and in this way. */
  public static void assertWrong(Model model, String what) {
    Findings findings = Explorer.explore(model, STATE_COUNT_MAX);
    assertThat(findings.wrong()).as("%d states", findings.stateCount()).startsWith(what);
  }
}
