package dev.holdfast.jepsen.disk;

import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What of the unsynced writes to a file a power cut takes. Nothing orders the writes to different
 * files.
 */
public enum Loss {
  /** All of them. */
  ALL,
  /** The last ones, from some write on. */
  SUFFIX,
  /** As with a suffix, but the first lost write is there up to some byte. */
  TORN_AT_A_BYTE,
  /** As with a suffix, but the first lost write is there up to some sector of 512 bytes. */
  TORN_AT_A_SECTOR,
  /** Some pages of 4096 bytes have been written back and others have not, in no order. */
  SCATTERED;

  private static final List<Loss> ALL_OF_THEM = List.of(values());

  /** All of them as often as the rest together: who acknowledges too early is seen best then. */
  public static Loss any(Random random) {
    return random.nextBoolean() ? ALL : ALL_OF_THEM.get(random.nextInt(ALL_OF_THEM.size()));
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
