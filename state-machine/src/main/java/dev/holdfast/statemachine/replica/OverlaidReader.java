package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A state as it would be after some effects, without applying them. Sums are left as they are.
 * Thread-safe when the state is.
 */
public final class OverlaidReader implements KeyValueReader {
  private final KeyValueReader state;

  /** What would be written; empty for a deleted row. */
  private final TreeMap<Bytes, Optional<Bytes>> rows = new TreeMap<>();

  /**
   * @param effects puts, deletes and additions, in order
   */
  public OverlaidReader(KeyValueReader state, List<Effect> effects) {
    this.state = state;
    for (Effect effect : effects) {
      if (effect instanceof Effect.Put put) {
        rows.put(put.key(), Optional.of(put.value()));
      } else if (effect instanceof Effect.Delete delete) {
        rows.put(delete.key(), Optional.empty());
      } else if (effect instanceof Effect.DeleteRange range) {
        throw new IllegalArgumentException("a range is not laid over a state: " + range);
      }
    }
  }

  @Override
  public @Nullable Bytes get(Bytes key) {
    Optional<Bytes> row = rows.get(key);
    return row == null ? state.get(key) : row.orElse(null);
  }

  @Override
  public Cursor cursor(
      Bytes startInclusive, @Nullable Bytes endExclusive, Cursor.Direction direction) {
    var changed =
        endExclusive == null
            ? rows.tailMap(startInclusive, true)
            : rows.subMap(startInclusive, true, endExclusive, false);
    Cursor stored = state.cursor(startInclusive, endExclusive, direction);
    return new OverlaidCursor(stored, changed, key -> false, direction);
  }
}
