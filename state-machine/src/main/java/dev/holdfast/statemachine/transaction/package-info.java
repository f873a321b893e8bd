/**
 * Transactions as one partition sees them: participant and ledger (design section 7;
 * transactions.md). The last participant of an attempt, its home, is its ledger.
 *
 * <p>Owns invariant 5 within a partition (an attempt's writes take effect together, once, or never)
 * and the participant's half of invariant 6. May import: protocol, statemachine.replica, .spi,
 * .storage, .table. Deterministic: see rule D3.
 */
@NullMarked
package dev.holdfast.statemachine.transaction;

import org.jspecify.annotations.NullMarked;
