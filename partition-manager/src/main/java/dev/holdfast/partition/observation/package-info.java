/**
 * Turns what nodes report into the view that the planner decides by, and remembers what it takes to
 * tell what lasts from what passes: loads over windows, silent nodes, slow ones.
 *
 * <p>Owns the memory of the controller, which is lost with it: the next one observes anew before it
 * splits or merges. May import: placement.view, protocol. No clock of its own.
 */
@NullMarked
package dev.holdfast.partition.observation;

import org.jspecify.annotations.NullMarked;
