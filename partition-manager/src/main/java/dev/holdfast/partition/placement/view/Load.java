package dev.holdfast.partition.placement.view;

/**
 * Requests and bytes per second, read and written together where bytes are meant; never below 0.
 */
public record Load(double readsPerSecond, double writesPerSecond, double bytesPerSecond) {
  public static final Load NONE = new Load(0, 0, 0);

  public Load {
    if (!isRate(readsPerSecond) || !isRate(writesPerSecond) || !isRate(bytesPerSecond)) {
      throw new IllegalArgumentException(
          "not rates: " + readsPerSecond + ", " + writesPerSecond + ", " + bytesPerSecond);
    }
  }

  private static boolean isRate(double value) {
    return value >= 0 && value < Double.POSITIVE_INFINITY;
  }
}
