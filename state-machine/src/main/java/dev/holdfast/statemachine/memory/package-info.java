/**
 * A store in memory, for tests and simulations: deterministic, quick, and lost when closed.
 *
 * <p>May import: storage.
 */
@NullMarked
package dev.holdfast.statemachine.memory;

import org.jspecify.annotations.NullMarked;
