package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.storage.KeyLayout;

/** One change of the store. Keys are of the decider's kinds (see KeyLayout). */
public sealed interface Effect {
  /** Writes a row, whether there was one or not. */
  record Put(Bytes key, Bytes value) implements Effect {}

  /** Removes a row, if there is one. */
  record Delete(Bytes key) implements Effect {}

  /**
   * Adds to one of the numbers that a row holds; absent ones are 0. The sums of an entry are
   * written once, at its end: its later commands do not see them.
   *
   * @param slot zero-based, which of the row's numbers
   */
  record Add(Bytes key, int slot, long amount) implements Effect {}

  /** Removes every row from {@code startInclusive} to before {@code endExclusive}. */
  record DeleteRange(Bytes startInclusive, Bytes endExclusive) implements Effect {
    /** Rows of one kind whose keys go on with a key of the range. */
    public static DeleteRange ofKind(byte kind, KeyRange range) {
      Bytes end = range.endExclusive();
      return new DeleteRange(
          KeyLayout.key(kind, range.startInclusive()),
          end == null ? KeyLayout.end(kind) : KeyLayout.key(kind, end));
    }
  }
}
