package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A half-open interval of row keys, possibly empty.
 *
 * @param end exclusive; never null, because every kind of row has a last key
 */
record RowInterval(Bytes start, Bytes end) {
  boolean isEmpty() {
    return start.compareTo(end) >= 0;
  }

  boolean overlaps(RowInterval other) {
    return start.compareTo(other.end) < 0 && other.start.compareTo(end) < 0;
  }

  RowInterval intersect(RowInterval other) {
    return new RowInterval(max(start, other.start), min(end, other.end));
  }

  /** The rows after this key. */
  RowInterval after(Bytes key) {
    return new RowInterval(max(start, key.concat(Bytes.wrap(new byte[1]))), end);
  }

  /** The rows before this key. */
  RowInterval before(Bytes key) {
    return new RowInterval(start, min(end, key));
  }

  /** The rows whose keys have this prefix; a prefix begins with its kind and so has an end. */
  static RowInterval withPrefix(Bytes prefix) {
    return new RowInterval(prefix, endOf(prefix));
  }

  static Bytes endOf(Bytes prefix) {
    @Nullable Bytes end = prefix.prefixEnd();
    if (end == null) {
      throw new IllegalStateException("a row key of kind 0xff");
    }
    return end;
  }

  private static Bytes max(Bytes left, Bytes right) {
    return left.compareTo(right) >= 0 ? left : right;
  }

  private static Bytes min(Bytes left, Bytes right) {
    return left.compareTo(right) <= 0 ? left : right;
  }
}
