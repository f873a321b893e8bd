package dev.holdfast.protocol.expression;

import dev.holdfast.protocol.model.EncodedValue;

/** The part of a key condition that bounds the sort key; the values have the sort key's type. */
public sealed interface SortCondition {
  /** Every sort key. */
  record Any() implements SortCondition {}

  /** {@code sortKey op value}; {@link Comparator#NE} is not legal here. */
  record Compare(Comparator comparator, EncodedValue value) implements SortCondition {
    public Compare {
      if (comparator == Comparator.NE) {
        throw new IllegalArgumentException("<> cannot bound a key");
      }
    }
  }

  /** {@code sortKey BETWEEN low AND high}, both inclusive. */
  record Between(EncodedValue low, EncodedValue high) implements SortCondition {}

  /** {@code begins_with(sortKey, prefix)}: a string or binary. */
  record BeginsWith(EncodedValue prefix) implements SortCondition {}
}
