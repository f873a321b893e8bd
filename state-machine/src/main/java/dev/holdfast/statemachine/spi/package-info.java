/**
 * The contract between the deterministic core and whatever replicates it.
 *
 * <p>Imports protocol only. The consensus adapter drives {@link ReplicatedStateMachine}; tests
 * drive it from an in-memory log.
 */
@NullMarked
package dev.holdfast.statemachine.spi;

import org.jspecify.annotations.NullMarked;
