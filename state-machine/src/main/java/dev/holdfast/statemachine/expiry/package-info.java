/**
 * When the items of a partition expire (decision 0039): a row for each that does, in the order of
 * time, so that nobody has to look at the others. May import: protocol, statemachine.replica,
 * .storage. Deterministic: see rule D3.
 */
@NullMarked
package dev.holdfast.statemachine.expiry;

import org.jspecify.annotations.NullMarked;
