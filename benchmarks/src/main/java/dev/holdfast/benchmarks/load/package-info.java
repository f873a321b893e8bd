/** The load itself: closed loops of operations, warm-up, measuring. Knows no system under test. */
@NullMarked
package dev.holdfast.benchmarks.load;

import org.jspecify.annotations.NullMarked;
