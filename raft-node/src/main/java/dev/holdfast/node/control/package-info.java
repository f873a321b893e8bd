/**
 * The meta leader at work: bootstraps the map, drives tables and splits, reports the state of the
 * cluster.
 *
 * <p>Runs on every node; only the one that leads the meta group gets anything done. Adapts {@code
 * partition.reconcile} to the node links of {@code client.routing}.
 */
@NullMarked
package dev.holdfast.node.control;

import org.jspecify.annotations.NullMarked;
