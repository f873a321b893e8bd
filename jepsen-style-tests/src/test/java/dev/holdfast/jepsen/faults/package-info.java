/** Breaks node processes and watches what clients see. */
@NullMarked
package dev.holdfast.jepsen.faults;

import org.jspecify.annotations.NullMarked;
