/**
 * The change log of a partition (design section 8, decision 0037): what has changed in which order,
 * for everybody who follows. Owns invariant 8. May import: protocol, statemachine.replica,
 * .storage. Deterministic: see rule D3.
 */
@NullMarked
package dev.holdfast.statemachine.change;

import org.jspecify.annotations.NullMarked;
