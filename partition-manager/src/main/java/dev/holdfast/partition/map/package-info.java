/**
 * The partition map: its first form, and look-ups over it. Immutable values.
 *
 * <p>May import: protocol.model, partition.placement. Deterministic: see rule D3. Invariant 3 is
 * checked by {@link dev.holdfast.protocol.model.ClusterMap} itself.
 */
@NullMarked
package dev.holdfast.partition.map;

import org.jspecify.annotations.NullMarked;
