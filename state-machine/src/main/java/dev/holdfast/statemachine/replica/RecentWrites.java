package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which log index wrote an item last, as far as some slots can tell (decision 0016): few at first,
 * more when there is more to tell.
 *
 * <ul>
 *   <li>Invariant: the slot of an item is at least the index of every entry that wrote or deleted
 *       it and that any snapshot holds. The apply thread raises it before the entry's batch is
 *       committed; all slots start at the index that the store held when it was opened.
 *   <li>Slots never decrease. Items that share one only make each other look changed.
 * </ul>
 */
final class RecentWrites {
  static final int SLOT_COUNT_MAX = 1 << 16;
  static final int SLOT_COUNT_MIN = 1 << 8;
  private static final int GROWTH = 4;

  private volatile AtomicLongArray slots = new AtomicLongArray(SLOT_COUNT_MIN);
  private int roomLeft = SLOT_COUNT_MIN;

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
    if (roomLeft == 0) {
      grow();
    }
    AtomicLongArray present = slots;
    present.set(slot(routingKey, present), index);
    roomLeft--;
  }

  /** An item's slot is one of those that its slot becomes, so none decreases. */
  private void grow() {
    AtomicLongArray before = slots;
    if (before.length() == SLOT_COUNT_MAX) {
      roomLeft = Integer.MAX_VALUE; // asked again after as many writes
      return;
    }
    AtomicLongArray after = new AtomicLongArray(before.length() * GROWTH);
    for (int slot = 0; slot < after.length(); slot++) {
      after.setPlain(slot, before.get(slot & (before.length() - 1)));
    }
    roomLeft = after.length();
    slots = after;
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
    return routingKey -> {
      AtomicLongArray present = slots;
      return Math.min(Math.max(present.get(slot(routingKey, present)), least), appliedIndex);
    };
  }

  /** Nothing that is kept or sent depends on which slot it is. */
  private static int slot(Bytes routingKey, AtomicLongArray slots) {
    int mixed = routingKey.hashCode() * 0x9e3779b9;
    return (mixed ^ (mixed >>> 16)) & (slots.length() - 1);
  }
}
