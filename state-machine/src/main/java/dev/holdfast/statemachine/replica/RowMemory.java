package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What is known in memory of the rows of one kind, so that the apply thread need not ask the store:
 * above all that a row is not there, which is what most look-ups for transactions find out.
 *
 * <p>Never the only place of anything: it follows what was committed, and where it knows nothing
 * the store is asked. How much it knows may differ between replicas; what it says may not. Used by
 * the apply thread.
 */
interface RowMemory {
  /** Larger ones are not worth their room. */
  int VALUE_BYTES_MAX = 2048;

  /**
   * What a row certainly is.
   *
   * @param value null when there is none
   */
  record Known(@Nullable Bytes value) {
    static final Known ABSENT = new Known(null);
  }

  /** Null if only the store knows. */
  @Nullable Known get(Bytes key);

  /**
   * What the store has said, as only it knew.
   *
   * @param value null when there is no row
   */
  default void fetched(Bytes key, @Nullable Bytes value) {}

  void put(Bytes key, Bytes value);

  void delete(Bytes key);

  void deleteRange(Bytes startInclusive, Bytes endExclusive);

  /** The same bytes, not as a part of a log entry that would be kept with them. */
  static Bytes alone(Bytes value) {
    return Bytes.wrap(value.unsafeArray());
  }
}
