/**
 * Evaluates expression trees over encoded items: conditions, updates, projections. Pure.
 *
 * <p>The replicated meaning of expressions lives here: a change of it must not reach a cluster node
 * by node. Looks only at the attributes that an expression names. May import: protocol.
 * Deterministic: see rule D3.
 */
@NullMarked
package dev.holdfast.statemachine.evaluation;

import org.jspecify.annotations.NullMarked;
