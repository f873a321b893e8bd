package dev.holdfast.partition.placement.view;

/**
 * When a partition was last changed, in micros of the view's clock; {@link #NEVER} if it was not.
 *
 * @param reshapedMicros last split (both sides) or merged
 * @param leaderMovedMicros last had its leader moved by a plan
 * @param replicasMovedMicros last gained or lost a replica
 * @param mergeableFromMicros not before this time may it be merged: it was split ahead of load, or
 *     by hand; {@link #NEVER} for any time
 */
public record ChangeTimes(
    long reshapedMicros,
    long leaderMovedMicros,
    long replicasMovedMicros,
    long mergeableFromMicros) {
  /** Longer ago than any cooldown, and safe to subtract from any time. */
  public static final long NEVER = Long.MIN_VALUE / 4;

  public static final ChangeTimes UNCHANGED = new ChangeTimes(NEVER, NEVER, NEVER, NEVER);
}
