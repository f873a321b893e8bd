package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;

/**
 * Versions of the items of one snapshot (transactions.md R9, decision 0016).
 *
 * <ul>
 *   <li>A version says: no entry after this log index, up to the snapshot's, has written the item.
 *       So two snapshots of one partition that give an item the same version hold the same item,
 *       and nobody has changed it in between.
 *   <li>Two that give it different versions may hold the same item all the same.
 * </ul>
 */
@FunctionalInterface
public interface ItemVersions {
  /** Of the item with this routing key, whether there is one or not; any thread. */
  long of(Bytes routingKey);
}
