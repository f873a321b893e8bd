/**
 * Breaks a running cluster on purpose, and makes sure that it did: a fault that leaves no trace
 * fails the run.
 *
 * <p>Imports {@code jepsen.cluster}, {@code .disk}.
 */
@NullMarked
package dev.holdfast.jepsen.nemesis;

import org.jspecify.annotations.NullMarked;
