package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.RequestId;
import java.util.Arrays;

/**
 * Which log entry applied a request id: the window's mirror in memory.
 *
 * <p>A queue of ids in order of application, in arrays, and an open-addressing table of positions
 * in it: about 40 bytes an id and nothing for the garbage collector to walk. Positions count up
 * without end and lie in the arrays modulo their length. Used by the apply thread.
 */
final class RequestIndex {
  /** Answer of {@link #entryOf} for an id that is not known. */
  static final long ABSENT = -1;

  private static final int CAPACITY_MIN = 1 << 10;
  private static final int FREE = -1;

  private long[] high = new long[CAPACITY_MIN];
  private long[] low = new long[CAPACITY_MIN];
  private long[] entries = new long[CAPACITY_MIN];

  /** Positions of ids modulo the capacity, or FREE; twice as long as the queue can get. */
  private int[] slots = freeSlots(CAPACITY_MIN);

  private long head;
  private long tail;

  RequestIndex copy() {
    RequestIndex copy = new RequestIndex();
    copy.high = high.clone();
    copy.low = low.clone();
    copy.entries = entries.clone();
    copy.slots = slots.clone();
    copy.head = head;
    copy.tail = tail;
    return copy;
  }

  int size() {
    return (int) (tail - head);
  }

  /** The log index of the entry that applied this id, or {@link #ABSENT}. */
  long entryOf(RequestId id) {
    for (int slot = home(id.high(), id.low()); slots[slot] != FREE; slot = after(slot)) {
      int at = slots[slot];
      if (high[at] == id.high() && low[at] == id.low()) {
        return entries[at];
      }
    }
    return ABSENT;
  }

  /** Adds an id that is absent. */
  void add(RequestId id, long entry) {
    if (size() == high.length) {
      grow();
    }
    int at = (int) (tail++ & (high.length - 1));
    high[at] = id.high();
    low[at] = id.low();
    entries[at] = entry;
    insert(at);
  }

  /** Forgets the oldest ids. */
  void removeOldest(int count) {
    for (int i = 0; i < count; i++) {
      remove((int) (head & (high.length - 1)));
      head++;
    }
  }

  private void insert(int at) {
    int slot = home(high[at], low[at]);
    while (slots[slot] != FREE) {
      slot = after(slot);
    }
    slots[slot] = at;
  }

  private void remove(int at) {
    int hole = home(high[at], low[at]);
    while (slots[hole] != at) {
      hole = after(hole);
    }
    // Linear probing without tombstones: whatever may fill the hole moves into it (Knuth, 6.4 R).
    for (int slot = after(hole); slots[slot] != FREE; slot = after(slot)) {
      int home = home(high[slots[slot]], low[slots[slot]]);
      int fromHome = (slot - home) & (slots.length - 1);
      int fromHole = (slot - hole) & (slots.length - 1);
      if (fromHome >= fromHole) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = FREE;
  }

  private void grow() {
    int capacity = high.length;
    high = unrolled(high);
    low = unrolled(low);
    entries = unrolled(entries);
    head = 0;
    tail = capacity;
    slots = freeSlots(high.length);
    for (int at = 0; at < capacity; at++) {
      insert(at);
    }
  }

  /** Twice as long, the oldest element first. */
  private long[] unrolled(long[] ring) {
    long[] longer = new long[2 * ring.length];
    int start = (int) (head & (ring.length - 1));
    System.arraycopy(ring, start, longer, 0, ring.length - start);
    System.arraycopy(ring, 0, longer, ring.length - start, start);
    return longer;
  }

  private int home(long idHigh, long idLow) {
    // Ids may be chosen by clients: mix all their bits.
    long mixed = (idHigh ^ Long.rotateLeft(idLow, 29)) * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 32) ^ idLow) * 0xd6e8feb86659fd93L;
    return (int) (mixed >>> 32) & (slots.length - 1);
  }

  private int after(int slot) {
    return (slot + 1) & (slots.length - 1);
  }

  private static int[] freeSlots(int capacity) {
    int[] slots = new int[2 * capacity];
    Arrays.fill(slots, FREE);
    return slots;
  }
}
