package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a partition that is being absorbed, as they were there, put aside because rows of the
 * same keys may be here.
 */
final class StagedRows implements KeyValueReader {
  private final KeyValueReader state;

  /**
   * @param state of the partition that absorbs
   */
  StagedRows(KeyValueReader state) {
    this.state = state;
  }

  /** Where a row is put aside. */
  static Bytes keyOf(Bytes key) {
    return KeyLayout.key(KeyLayout.STAGED, key);
  }

  /** Removes all of them. */
  static Effect discarded() {
    return Effect.DeleteRange.ofKind(KeyLayout.STAGED, KeyRange.ALL);
  }

  @Override
  public @Nullable Bytes get(Bytes key) {
    return state.get(keyOf(key));
  }

  @Override
  public Cursor cursor(
      Bytes startInclusive, @Nullable Bytes endExclusive, Cursor.Direction direction) {
    Bytes end = endExclusive == null ? KeyLayout.end(KeyLayout.STAGED) : keyOf(endExclusive);
    Cursor staged = state.cursor(keyOf(startInclusive), end, direction);
    return new Cursor() {
      @Override
      public boolean next() {
        return staged.next();
      }

      @Override
      public void seek(Bytes key) {
        staged.seek(keyOf(key));
      }

      @Override
      public Bytes key() {
        Bytes key = staged.key();
        return key.slice(1, key.size());
      }

      @Override
      public Bytes value() {
        return staged.value();
      }

      @Override
      public void close() {
        staged.close();
      }
    };
  }
}
