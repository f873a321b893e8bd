/**
 * Who should lead and hold what: pure selectors over a view of the cluster.
 *
 * <p>May import: protocol.model. Deterministic: see rule D3.
 */
@NullMarked
package dev.holdfast.partition.placement;

import org.jspecify.annotations.NullMarked;
