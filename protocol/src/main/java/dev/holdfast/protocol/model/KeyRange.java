package dev.holdfast.protocol.model;

import org.jspecify.annotations.Nullable;

/**
 * A half-open interval of routing keys.
 *
 * @param startInclusive empty for the beginning of the keyspace
 * @param endExclusive null for the end of the keyspace
 */
public record KeyRange(Bytes startInclusive, @Nullable Bytes endExclusive) {
  public static final KeyRange ALL = new KeyRange(Bytes.EMPTY, null);

  public KeyRange {
    if (endExclusive != null && startInclusive.compareTo(endExclusive) >= 0) {
      throw new IllegalArgumentException("empty range " + startInclusive + ".." + endExclusive);
    }
  }

  /** That key alone. */
  public static KeyRange ofKey(Bytes key) {
    return new KeyRange(key, key.concat(Bytes.wrap(new byte[1])));
  }

  public boolean contains(Bytes key) {
    return startInclusive.compareTo(key) <= 0
        && (endExclusive == null || key.compareTo(endExclusive) < 0);
  }

  public boolean overlaps(KeyRange other) {
    return (endExclusive == null || other.startInclusive.compareTo(endExclusive) < 0)
        && (other.endExclusive == null || startInclusive.compareTo(other.endExclusive) < 0);
  }

  public boolean encloses(KeyRange other) {
    return startInclusive.compareTo(other.startInclusive) <= 0
        && (endExclusive == null
            || (other.endExclusive != null && other.endExclusive.compareTo(endExclusive) <= 0));
  }
}
