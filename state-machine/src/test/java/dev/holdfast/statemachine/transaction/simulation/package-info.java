/**
 * Transactions simulated: real partitions, and a network, clocks, coordinators and resolvers that
 * misbehave as their seed says.
 */
@NullMarked
package dev.holdfast.statemachine.transaction.simulation;

import org.jspecify.annotations.NullMarked;
