/**
 * The command line of the correctness tests, {@code ./holdfast jepsen}.
 *
 * <p>Imports {@code jepsen.run} and what it is made of.
 */
@NullMarked
package dev.holdfast.jepsen;

import org.jspecify.annotations.NullMarked;
