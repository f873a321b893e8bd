/**
 * What the planner is told: nodes, partitions, their load and size, as values of one moment.
 *
 * <p>Owns the check that what it is told is whole: ranges cover the keyspace (invariant 3), every
 * replica is accounted for. May import: protocol.model. Deterministic: see rule D3.
 */
@NullMarked
package dev.holdfast.partition.placement.view;

import org.jspecify.annotations.NullMarked;
