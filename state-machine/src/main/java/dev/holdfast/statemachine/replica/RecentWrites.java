package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which log index wrote an item last, as far as a fixed number of slots can tell (decision 0016).
 *
 * <ul>
 *   <li>Invariant: the slot of an item is at least the index of every entry that wrote or deleted
 *       it and that any snapshot holds. The apply thread raises it before the entry's batch is
 *       committed; all slots start at the index that the store held when it was opened.
 *   <li>Slots never decrease. Items that share one only make each other look changed.
 * </ul>
 */
final class RecentWrites {
  static final int SLOT_COUNT = 1 << 16;

  private final AtomicLongArray slots = new AtomicLongArray(SLOT_COUNT);

  /** Every slot is at least this. */
  private volatile long least;

  /**
   * @param openedIndex what the store held when it was opened: who wrote before is not known
   */
  RecentWrites(long openedIndex) {
    this.least = openedIndex;
  }

  /** Before the batch of the entry at this index is committed; apply thread. */
  void raise(Bytes routingKey, long index) {
    slots.set(slot(routingKey), index);
  }

  /** As {@link #raise}, of all items. */
  void raiseAll(long index) {
    least = index;
  }

  /**
   * The versions of a snapshot that was taken before this call. An entry may have raised a slot and
   * not be in the snapshot; it must raise the version once it is, so until then it does not count.
   *
   * @param appliedIndex of the snapshot
   */
  ItemVersions of(long appliedIndex) {
    return routingKey -> Math.min(Math.max(slots.get(slot(routingKey)), least), appliedIndex);
  }

  /** Nothing that is kept or sent depends on which slot it is. */
  private static int slot(Bytes routingKey) {
    int mixed = routingKey.hashCode() * 0x9e3779b9;
    return (mixed ^ (mixed >>> 16)) & (SLOT_COUNT - 1);
  }
}
