/**
 * Judges of histories. Pure: no clock but the time limit given, no IO.
 *
 * <p>Imports {@code jepsen.history}.
 */
@NullMarked
package dev.holdfast.jepsen.checker;

import org.jspecify.annotations.NullMarked;
