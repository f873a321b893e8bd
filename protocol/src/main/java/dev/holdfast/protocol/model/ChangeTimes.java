package dev.holdfast.protocol.model;

/**
 * When a table's settings were last changed: milliseconds since the epoch as the meta group stamps
 * them, 0 for what never was.
 *
 * @param toOnDemandMillis when it last became one on demand; of a table that was created so, its
 *     creation, as soon as it is not so any more
 * @param increaseMillis when provisioned throughput was last raised
 * @param decreaseMillis when it was last lowered
 * @param decreaseCount how often it was lowered on the UTC day of {@code decreaseMillis}
 * @param tableClassMillis when the table got another class
 */
public record ChangeTimes(
    long toOnDemandMillis,
    long increaseMillis,
    long decreaseMillis,
    int decreaseCount,
    long tableClassMillis) {
  public static final ChangeTimes NEVER = new ChangeTimes(0, 0, 0, 0, 0);

  private static final long DAY_MILLIS = 86_400_000;

  public ChangeTimes onDemandAt(long millis) {
    return new ChangeTimes(millis, increaseMillis, decreaseMillis, decreaseCount, tableClassMillis);
  }

  public ChangeTimes increasedAt(long millis) {
    return new ChangeTimes(
        toOnDemandMillis, millis, decreaseMillis, decreaseCount, tableClassMillis);
  }

  public ChangeTimes decreasedAt(long millis) {
    return new ChangeTimes(
        toOnDemandMillis, increaseMillis, millis, decreasesOnDayOf(millis) + 1, tableClassMillis);
  }

  public ChangeTimes classChangedAt(long millis) {
    return new ChangeTimes(toOnDemandMillis, increaseMillis, decreaseMillis, decreaseCount, millis);
  }

  /** How often throughput was lowered on the UTC day of this time. */
  public int decreasesOnDayOf(long millis) {
    boolean isSameDay =
        Math.floorDiv(millis, DAY_MILLIS) == Math.floorDiv(decreaseMillis, DAY_MILLIS);
    return isSameDay ? decreaseCount : 0;
  }
}
