package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A set of keys that sometimes takes a key for one of its own (about one in a hundred), in 12 bits
 * a key and more while it grows: when a Bloom filter is full a larger one is laid beside it
 * (Almeida, Baquero, Preguiça, Hutchison: Scalable Bloom Filters, 2007). All bits of a key lie in
 * one cache line (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007),
 * one in each word of it.
 */
final class KeyFilter {
  private static final int BITS_PER_KEY = 12;
  private static final int LINE_WORDS = 8;
  private static final int FIRST_WORDS = 1 << 10;
  private static final int GROWTH_SHIFT = 3;
  private static final int LARGEST_SHIFT = 9;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final List<long[]> filters = new ArrayList<>();
  private int roomLeft;

  void add(Bytes key) {
    if (roomLeft == 0) {
      grow();
    }
    roomLeft--;
    long[] filter = filters.get(filters.size() - 1);
    long hash = hash(key);
    int line = line(hash, filter);
    long bits = bits(hash);
    for (int word = 0; word < LINE_WORDS; word++) {
      filter[line + word] |= 1L << bits; // the lowest six count
      bits >>>= 6;
    }
  }

  private void grow() {
    int shift = Math.min(GROWTH_SHIFT * filters.size(), LARGEST_SHIFT);
    long[] next = new long[FIRST_WORDS << shift];
    filters.add(next);
    roomLeft = next.length * Long.SIZE / BITS_PER_KEY;
  }

  boolean mayContain(Bytes key) {
    long hash = hash(key);
    for (int i = filters.size() - 1; i >= 0; i--) {
      if (mayContain(filters.get(i), hash)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayContain(long[] filter, long hash) {
    int line = line(hash, filter);
    long bits = bits(hash);
    for (int word = 0; word < LINE_WORDS; word++) {
      if ((filter[line + word] & (1L << bits)) == 0) {
        return false;
      }
      bits >>>= 6;
    }
    return true;
  }

  private static int line(long hash, long[] filter) {
    return (int) (hash >>> 32) & (filter.length - 1) & -LINE_WORDS;
  }

  /** Eight times six bits that the line does not depend on. */
  private static long bits(long hash) {
    return (hash * MIX) >>> 16;
  }

  private static long hash(Bytes key) {
    byte[] array = key.backingArray();
    int at = key.arrayOffset();
    int end = at + key.size();
    long hash = key.size();
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = mixed(hash ^ (long) LONGS.get(array, at));
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = (rest << 8) | (array[at] & 0xff);
    }
    return mixed(hash ^ rest);
  }

  private static long mixed(long hash) {
    long mixed = hash * MIX;
    return (mixed ^ (mixed >>> 32)) * 0xd6e8feb86659fd93L;
  }
}
