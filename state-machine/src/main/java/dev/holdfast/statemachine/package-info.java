/** Puts the deterministic core together for those who host it; wiring only. */
@NullMarked
package dev.holdfast.statemachine;

import org.jspecify.annotations.NullMarked;
