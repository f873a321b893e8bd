/**
 * How the keyspace is cut: which partition is split and where, which neighbours are merged.
 *
 * <p>Owns the promise that the two never undo each other: what is split was hot or large, what is
 * merged is far below both. May import: protocol.model, partition.placement.view. Deterministic:
 * see rule D3.
 */
@NullMarked
package dev.holdfast.partition.placement.shape;

import org.jspecify.annotations.NullMarked;
