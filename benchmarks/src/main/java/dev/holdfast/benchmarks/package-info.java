/** The command line of the load generator ({@code ./holdfast bench}). */
@NullMarked
package dev.holdfast.benchmarks;

import org.jspecify.annotations.NullMarked;
