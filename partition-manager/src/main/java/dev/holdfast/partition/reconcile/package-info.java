/**
 * Drives the partitions towards what the meta group has decided.
 *
 * <p>Keeps nothing between sweeps: what is to be done is read from the meta group each time, and
 * every step is idempotent, so the next meta leader goes on where the last one stopped. Acts
 * through the {@link dev.holdfast.partition.reconcile.ReplicaControl} port; may import: protocol.
 */
@NullMarked
package dev.holdfast.partition.reconcile;

import org.jspecify.annotations.NullMarked;
