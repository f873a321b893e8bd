package dev.holdfast.protocol.model;

/**
 * The most that a table on demand is to be billed for; stored and described, never enforced.
 *
 * @param readUnits request units per second; {@value #UNLIMITED}: no limit
 * @param writeUnits likewise
 */
public record OnDemandLimits(long readUnits, long writeUnits) {
  /** As a limit it means none, and as a change it takes the limit away. */
  public static final long UNLIMITED = -1;

  /** In a change: the limit stays as it is. */
  public static final long UNCHANGED = 0;

  public static final OnDemandLimits NONE = new OnDemandLimits(UNLIMITED, UNLIMITED);

  /** Whether a table may have them. */
  public boolean isLegal() {
    return isLegal(readUnits) && isLegal(writeUnits);
  }

  private static boolean isLegal(long units) {
    return units == UNLIMITED || units > 0;
  }

  /** These limits after a change that names only some. */
  public OnDemandLimits changedBy(OnDemandLimits change) {
    return new OnDemandLimits(
        change.readUnits == UNCHANGED ? readUnits : change.readUnits,
        change.writeUnits == UNCHANGED ? writeUnits : change.writeUnits);
  }
}
