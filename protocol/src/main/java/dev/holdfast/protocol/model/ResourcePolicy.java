package dev.holdfast.protocol.model;

/**
 * A policy that was attached to a table; stored, not enforced.
 *
 * @param document JSON in its canonical form, so that equal policies are equal texts; empty after
 *     the policy was removed
 * @param revision milliseconds since the epoch when it was attached, but greater than that of the
 *     policy before; 0 until the meta group has taken it in
 */
public record ResourcePolicy(String document, long revision) {
  /** DynamoDB's limit. Source: AWS API reference, "PutResourcePolicy". */
  public static final int BYTES_MAX = 20_480;

  /** What is within that limit as it was sent may be longer in its canonical form. */
  public static final int CANONICAL_BYTES_MAX = 4 * BYTES_MAX;

  public boolean isRemoved() {
    return document.isEmpty();
  }
}
