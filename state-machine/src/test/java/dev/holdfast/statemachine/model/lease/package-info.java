/**
 * Leases (replication.md L1 to L5) with elections, clocks at rates of their own, and a split whose
 * child elects its own leader (S4). What must hold is invariant 4: once somebody was told of a
 * version, no strong read that begins later returns an older one.
 */
@NullMarked
package dev.holdfast.statemachine.model.lease;

import org.jspecify.annotations.NullMarked;
