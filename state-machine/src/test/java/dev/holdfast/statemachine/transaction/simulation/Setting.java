package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.statemachine.replica.Decider;
import dev.holdfast.statemachine.transaction.Resharding;

/**
 * What all partitions of a run have in common.
 *
 * @param decider what commands mean
 * @param splits what becomes of rows in a split
 * @param merges what becomes of them in a merge
 */
record Setting(Trace trace, Decider decider, Resharding splits, Resharding merges) {}
