/**
 * Rules of transactions.md that the model of the whole protocol ({@code transaction.model}) has no
 * room for: reading several items together (R9), checks (R7), clocks that are off (R12).
 */
@NullMarked
package dev.holdfast.statemachine.model.transaction;

import org.jspecify.annotations.NullMarked;
