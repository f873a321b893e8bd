package dev.holdfast.protocol.model;

import java.util.ArrayList;
import java.util.List;
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

  /** The keys of this range before a key strictly inside it. */
  public KeyRange before(Bytes key) {
    return new KeyRange(startInclusive, key);
  }

  /** A key of this range and those after it. */
  public KeyRange from(Bytes key) {
    return new KeyRange(key, endExclusive);
  }

  /** What of the keyspace is not in this range: none, one or two ranges. */
  public List<KeyRange> complement() {
    List<KeyRange> outside = new ArrayList<>(2);
    if (!startInclusive.isEmpty()) {
      outside.add(new KeyRange(Bytes.EMPTY, startInclusive));
    }
    if (endExclusive != null) {
      outside.add(new KeyRange(endExclusive, null));
    }
    return outside;
  }

  public boolean overlaps(KeyRange other) {
    return (endExclusive == null || other.startInclusive.compareTo(endExclusive) < 0)
        && (other.endExclusive == null || startInclusive.compareTo(other.endExclusive) < 0);
  }

  /** What both ranges contain; null when that is nothing. */
  public @Nullable KeyRange intersection(KeyRange other) {
    if (!overlaps(other)) {
      return null;
    }
    boolean beginsLater = startInclusive.compareTo(other.startInclusive) >= 0;
    Bytes otherEnd = other.endExclusive;
    boolean endsEarlier =
        endExclusive != null && (otherEnd == null || endExclusive.compareTo(otherEnd) <= 0);
    return new KeyRange(
        beginsLater ? startInclusive : other.startInclusive, endsEarlier ? endExclusive : otherEnd);
  }

  public boolean encloses(KeyRange other) {
    return startInclusive.compareTo(other.startInclusive) <= 0
        && (endExclusive == null
            || (other.endExclusive != null && other.endExclusive.compareTo(endExclusive) <= 0));
  }
}
