/**
 * Has the items deleted that have expired, of the partitions that a node leads, and what there is
 * to be done first (decision 0039). No IO of its own, nor threads or clocks. May import: protocol,
 * client.routing.
 */
@NullMarked
package dev.holdfast.node.expiry;

import org.jspecify.annotations.NullMarked;
