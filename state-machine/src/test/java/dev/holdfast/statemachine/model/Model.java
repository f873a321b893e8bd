package dev.holdfast.statemachine.model;

import org.jspecify.annotations.Nullable;

/** A protocol in so few states that all can be looked at. Pure: the same state, the same steps. */
public interface Model {
  Cells start();

  /** Names every step that can be taken from a state. What is lost is a step never taken. */
  void steps(Cells from, Steps steps);

  /** What must not be in this state; null when nothing is wrong. */
  @Nullable String wrong(Cells state);

  /** Hears the steps. */
  interface Steps {
    /**
     * A state that one step leads to; the step may change nothing.
     *
     * @param action what is done, with a {@code #} for each of the numbers
     */
    void to(Cells next, String action, int... numbers);
  }
}
