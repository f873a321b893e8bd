package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Walks stored rows and, over them, rows changed and ranges deleted since. */
final class OverlaidCursor implements Cursor {
  private final Cursor stored;
  private final NavigableMap<Bytes, Optional<Bytes>> changed;
  private final Predicate<Bytes> deleted;
  private final int sign;

  private boolean storedAhead;
  private boolean storedExhausted;
  private Map.@Nullable Entry<Bytes, Optional<Bytes>> changedAhead;
  private @Nullable Bytes key;
  private @Nullable Bytes value;

  OverlaidCursor(
      Cursor stored,
      NavigableMap<Bytes, Optional<Bytes>> changed,
      Predicate<Bytes> deleted,
      Direction direction) {
    this.stored = stored;
    this.changed = direction == Direction.FORWARD ? changed : changed.descendingMap();
    this.deleted = deleted;
    this.sign = direction == Direction.FORWARD ? 1 : -1;
    this.changedAhead = this.changed.firstEntry();
  }

  @Override
  public boolean next() {
    while (true) {
      advanceStored();
      Map.Entry<Bytes, Optional<Bytes>> change = changedAhead;
      int order;
      if (change == null) {
        if (!storedAhead) {
          return false;
        }
        order = -1;
      } else {
        order = storedAhead ? sign * stored.key().compareTo(change.getKey()) : 1;
      }
      if (order < 0 || change == null) {
        key = stored.key();
        value = stored.value();
        storedAhead = false;
        if (!deleted.test(key)) {
          return true;
        }
      } else {
        storedAhead = storedAhead && order != 0; // the change replaces the stored row
        changedAhead = changed.higherEntry(change.getKey());
        if (change.getValue().isPresent()) {
          key = change.getKey();
          value = change.getValue().get();
          return true;
        }
      }
    }
  }

  private void advanceStored() {
    if (!storedAhead && !storedExhausted) {
      storedAhead = stored.next();
      storedExhausted = !storedAhead;
    }
  }

  @Override
  public void seek(Bytes target) {
    stored.seek(target);
    storedAhead = false;
    storedExhausted = false;
    changedAhead = changed.ceilingEntry(target);
  }

  @Override
  public Bytes key() {
    return require(key);
  }

  @Override
  public Bytes value() {
    return require(value);
  }

  private static Bytes require(@Nullable Bytes bytes) {
    if (bytes == null) {
      throw new IllegalStateException("the cursor is not on a row");
    }
    return bytes;
  }

  @Override
  public void close() {
    stored.close();
  }
}
