package dev.holdfast.jepsen.workload;

/**
 * What the clients of a counter were told of their increments.
 *
 * @param acknowledged counted, exactly once
 * @param refused certainly not counted
 * @param indeterminate counted once or not at all
 */
public record Tally(long acknowledged, long refused, long indeterminate) {
  public Tally plus(Tally other) {
    return new Tally(
        acknowledged + other.acknowledged,
        refused + other.refused,
        indeterminate + other.indeterminate);
  }

  /** Whether a counter that began at 0 may now have this value (invariant 7). */
  public boolean allows(long value) {
    return acknowledged <= value && value <= acknowledged + indeterminate;
  }
}
