package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.statemachine.replica.Decider;
import dev.holdfast.statemachine.transaction.Resharding;
import org.jspecify.annotations.Nullable;

/**
 * What is broken on purpose, to see that it is noticed.
 *
 * @param bug of clients and coordinators; null when they do what they should
 */
record Bugs(Decider decider, Resharding splits, Resharding merges, @Nullable Bug bug) {
  boolean has(Bug other) {
    return bug == other;
  }

  Bugs with(Bug other) {
    return new Bugs(decider, splits, merges, other);
  }

  Bugs withSplits(Resharding other) {
    return new Bugs(decider, other, merges, bug);
  }

  Bugs withMerges(Resharding other) {
    return new Bugs(decider, splits, other, bug);
  }
}
