package dev.holdfast.protocol.model;

/**
 * The hash that spreads partition keys over the keyspace. Part of the format of stored data: never
 * to change.
 *
 * <p>FNV-1a with 64 bits, then the finaliser of MurmurHash3 so that short keys fill the whole
 * range.
 */
final class KeyHash {
  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private KeyHash() {}

  static long hash64(byte[] array, int from, int to) {
    long hash = OFFSET_BASIS;
    for (int i = from; i < to; i++) {
      hash = (hash ^ (array[i] & 0xff)) * PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
