package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one kind that were read or written last: hot ones, and those that a transaction has
 * checked and is about to write.
 *
 * <p>Invariant: what is here is what the store holds; empty for a row that is not there. A large
 * row is left to the store.
 */
final class RecentRows implements RowMemory {
  /** Every partition has them: at most 2 MB. */
  static final int ROW_COUNT_MAX = 1024;

  private final int rowCountMax;
  private final LinkedHashMap<Bytes, Optional<Bytes>> rows;

  RecentRows(int rowCountMax) {
    this.rowCountMax = rowCountMax;
    this.rows = new LinkedHashMap<>(rowCountMax * 2, 0.75f, true);
  }

  @Override
  public @Nullable Known get(Bytes key) {
    Optional<Bytes> row = rows.get(key);
    return row == null ? null : new Known(row.orElse(null));
  }

  @Override
  public void fetched(Bytes key, @Nullable Bytes value) {
    if (value != null && value.size() > VALUE_BYTES_MAX) {
      return;
    }
    rows.put(key, Optional.ofNullable(value));
    if (rows.size() > rowCountMax) {
      Map.Entry<Bytes, Optional<Bytes>> eldest = rows.entrySet().iterator().next();
      rows.remove(eldest.getKey());
    }
  }

  @Override
  public void put(Bytes key, Bytes value) {
    if (value.size() > VALUE_BYTES_MAX) {
      rows.remove(key);
    } else {
      fetched(key, RowMemory.alone(value));
    }
  }

  @Override
  public void delete(Bytes key) {
    fetched(key, null);
  }

  @Override
  public void deleteRange(Bytes startInclusive, Bytes endExclusive) {
    rows.keySet()
        .removeIf(key -> startInclusive.compareTo(key) <= 0 && key.compareTo(endExclusive) < 0);
  }
}
