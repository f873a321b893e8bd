/**
 * Mistakes planted in running nodes, and the runs that must find them: what the correctness tests
 * can refute (decision 0030).
 *
 * <p>Imports {@code jepsen.agent}, {@code jepsen.run} and what that is made of.
 */
@NullMarked
package dev.holdfast.jepsen.planted;

import org.jspecify.annotations.NullMarked;
