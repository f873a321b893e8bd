package dev.holdfast.partition.placement.shape;

import java.util.Locale;

/** Numbers as a person reads them, the same in every locale. */
final class Wording {
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final String[] SIZES = {"bytes", "KiB", "MiB", "GiB", "TiB"};

  private Wording() {}

  static String percent(double share) {
    return Math.round(share * 100) + " %";
  }

  /** Rounded down to a whole number of the largest size that fits. */
  static String bytes(long count) {
    long rest = count;
    int size = 0;
    while (rest >= 1024 && size + 1 < SIZES.length) {
      rest /= 1024;
      size++;
    }
    return rest + " " + SIZES[size];
  }

  /** Rounded up to seconds: what is left is never nothing. */
  static String seconds(long micros) {
    return (micros + MICROS_PER_SECOND - 1) / MICROS_PER_SECOND + " s";
  }

  static String tenths(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }

  static String units(double perSecond) {
    return Math.round(perSecond) + " units/s";
  }
}
