/**
 * The protocol of transactions as a small model, of which every reachable state is looked at: two
 * items in two partitions that may merge and split, two attempts, a writer and a reader, messages
 * that are lost, doubled and reordered without limit, and clocks of their own. It knows the rules
 * and nothing of the code; what holds between model and code is the simulation next door.
 */
@NullMarked
package dev.holdfast.statemachine.transaction.model;

import org.jspecify.annotations.NullMarked;
