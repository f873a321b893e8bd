package dev.holdfast.statemachine.memory;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Walks a map that nobody changes any more. */
final class MemoryCursor implements Cursor {
  private final NavigableMap<Bytes, Bytes> rows;
  private Map.@Nullable Entry<Bytes, Bytes> ahead;
  private Map.@Nullable Entry<Bytes, Bytes> current;

  private MemoryCursor(NavigableMap<Bytes, Bytes> rows) {
    this.rows = rows;
    this.ahead = rows.firstEntry();
  }

  static Cursor over(
      NavigableMap<Bytes, Bytes> rows,
      Bytes startInclusive,
      @Nullable Bytes endExclusive,
      Direction direction) {
    NavigableMap<Bytes, Bytes> part;
    if (endExclusive == null) {
      part = rows.tailMap(startInclusive, true);
    } else if (startInclusive.compareTo(endExclusive) >= 0) {
      part = Collections.emptyNavigableMap();
    } else {
      part = rows.subMap(startInclusive, true, endExclusive, false);
    }
    return new MemoryCursor(direction == Direction.FORWARD ? part : part.descendingMap());
  }

  @Override
  public boolean next() {
    current = ahead;
    if (current == null) {
      return false;
    }
    ahead = rows.higherEntry(current.getKey());
    return true;
  }

  @Override
  public void seek(Bytes key) {
    ahead = rows.ceilingEntry(key);
  }

  @Override
  public Bytes key() {
    return row().getKey();
  }

  @Override
  public Bytes value() {
    return row().getValue();
  }

  private Map.Entry<Bytes, Bytes> row() {
    if (current == null) {
      throw new IllegalStateException("the cursor is not on a row");
    }
    return current;
  }

  @Override
  public void close() {
    current = null;
  }
}
