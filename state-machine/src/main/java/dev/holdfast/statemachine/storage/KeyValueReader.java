package dev.holdfast.statemachine.storage;

import dev.holdfast.protocol.model.Bytes;
import org.jspecify.annotations.Nullable;

/** Rows in the order of their keys (unsigned bytes). Throws {@link StorageException} on damage. */
public interface KeyValueReader {
  /** The row's value, or null when there is no such row. */
  @Nullable Bytes get(Bytes key);

  /**
   * Walks the rows of a half-open interval.
   *
   * @param endExclusive null for no upper bound
   * @return positioned before the first row in the direction asked; the caller closes it
   */
  Cursor cursor(Bytes startInclusive, @Nullable Bytes endExclusive, Cursor.Direction direction);
}
