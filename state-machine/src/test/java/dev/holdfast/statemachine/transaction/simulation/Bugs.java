package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.statemachine.replica.Decider;
import dev.holdfast.statemachine.transaction.Resharding;
import org.jspecify.annotations.Nullable;

/**
 * What is broken on purpose, to see that it is noticed.
 *
 * @param bug of clients and coordinators; null when they do what they should
 * @param watch what is looked at
 */
record Bugs(Decider decider, Resharding splits, Resharding merges, @Nullable Bug bug, Watch watch) {
  /** How a bug is to be noticed. */
  enum Watch {
    /** By what clients could see: a row that is lost on purpose is miscounted at once. */
    EFFECTS,
    /** By what partitions note down, too. */
    EVERYTHING
  }

  boolean has(Bug other) {
    return bug == other;
  }

  Bugs with(Bug other) {
    return new Bugs(decider, splits, merges, other, watch);
  }

  Bugs withSplits(Resharding other) {
    return new Bugs(decider, other, merges, bug, watch);
  }

  Bugs withMerges(Resharding other) {
    return new Bugs(decider, splits, other, bug, watch);
  }

  Bugs watching(Watch other) {
    return new Bugs(decider, splits, merges, bug, other);
  }
}
