/**
 * Who should lead and hold what: a plan is a pure function of a view of the cluster.
 *
 * <p>Owns, for every plan: one step per partition (invariant 10), no leader for a node that lags,
 * is dead, slow or being emptied, and never fewer live voters than a partition should have. May
 * import: protocol.model, partition.placement.view, partition.placement.shape. Deterministic: see
 * rule D3.
 */
@NullMarked
package dev.holdfast.partition.placement;

import org.jspecify.annotations.NullMarked;
