/**
 * Brings the changes of tables to their global indexes (design section 8, decision 0038). Owns
 * invariant 9. No IO of its own: replicas and partitions are asked through links.
 */
@NullMarked
package dev.holdfast.node.index;

import org.jspecify.annotations.NullMarked;
