/**
 * The meta group's state machine: tables, nodes and the partition map.
 *
 * <p>Owns invariant 12 (a table name created again inherits nothing), invariant 10 (one split of a
 * partition at a time) and, with {@link dev.holdfast.protocol.model.ClusterMap}, invariant 3. May
 * import: protocol, statemachine.replica, statemachine.storage. Deterministic: see rule D3.
 */
@NullMarked
package dev.holdfast.partition.meta;

import org.jspecify.annotations.NullMarked;
