/**
 * Looks after the change logs of the partitions that a node leads (design section 8): deletes what
 * is too old to be read, and measures what is left.
 *
 * <p>No threads, clocks or sockets of its own. May import: protocol, client.routing.
 */
@NullMarked
package dev.holdfast.node.change;

import org.jspecify.annotations.NullMarked;
