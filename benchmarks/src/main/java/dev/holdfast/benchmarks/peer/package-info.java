/**
 * Server processes to measure: a running Holdfast cluster, and the peers that are started beside
 * it.
 */
@NullMarked
package dev.holdfast.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
