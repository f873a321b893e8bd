package dev.holdfast.node.dynamodb.partiql;

import org.jspecify.annotations.Nullable;

/**
 * Where a token stands, as messages say it: line and column from 1, and its length. Two places are
 * always equal: where something stands is no part of what it means.
 */
record Place(int line, int column, int length) {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Place;
  }

  @Override
  public int hashCode() {
    return 0;
  }

  @Override
  public String toString() {
    return line + ":" + column + ":" + length;
  }
}
