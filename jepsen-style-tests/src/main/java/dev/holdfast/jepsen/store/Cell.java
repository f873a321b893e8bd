package dev.holdfast.jepsen.store;

import org.jspecify.annotations.Nullable;

/**
 * Where an item is.
 *
 * @param sort the sort key in a table of {@link Store.Shape#COLLECTIONS}; null in any other
 */
public record Cell(String table, String key, @Nullable Long sort) {
  /** In a table without a sort key. */
  public static Cell of(String table, String key) {
    return new Cell(table, key, null);
  }
}
