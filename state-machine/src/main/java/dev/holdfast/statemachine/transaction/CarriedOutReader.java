package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.OverlaidReader;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.transaction.IntentRow.Intent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The items and local indexes of one table as they would be if some of the intents on them were
 * carried out (R8).
 *
 * <ul>
 *   <li>A walk lays a stretch of intents at a time over what is stored: it looks no further than a
 *       little beyond where it is left, and holds little, however many intents there are.
 *   <li>A stretch of items may end anywhere. One of an index ends between two collections, because
 *       within one the rows of an index and the intents lie in different orders.
 * </ul>
 *
 * <p>Belongs to one read.
 */
final class CarriedOutReader implements KeyValueReader {
  /** What is made of the intents. */
  interface Judge {
    /**
     * What to lay over the stored rows; null when that is not known.
     *
     * @param intent not a CHECK
     */
    @Nullable List<Effect> effects(Bytes routingKey, Intent intent);
  }

  private final KeyValueReader snapshot;
  private final TableDescriptor table;
  private final Judge judge;
  private final int stretchIntentsMax;

  /**
   * @param stretchIntentsMax the fewest rows of intents after which a stretch ends
   */
  CarriedOutReader(
      KeyValueReader snapshot, TableDescriptor table, Judge judge, int stretchIntentsMax) {
    this.snapshot = snapshot;
    this.table = table;
    this.judge = judge;
    this.stretchIntentsMax = stretchIntentsMax;
  }

  @Override
  public @Nullable Bytes get(Bytes key) {
    if (key.get(0) != KeyLayout.ITEM) {
      return snapshot.get(key);
    }
    Bytes routingKey = key.slice(1);
    Intent intent = IntentRow.of(snapshot, routingKey).change();
    if (intent == null) {
      return snapshot.get(key);
    }
    return new OverlaidReader(snapshot, required(judge.effects(routingKey, intent), intent))
        .get(key);
  }

  /** A reader that forgets to ask must not read the past. */
  private static List<Effect> required(@Nullable List<Effect> effects, Intent intent) {
    if (effects == null) {
      throw new IllegalStateException("nobody asked what became of " + intent.attempt().id());
    }
    return effects;
  }

  @Override
  public Cursor cursor(
      Bytes startInclusive, @Nullable Bytes endExclusive, Cursor.Direction direction) {
    byte kind = startInclusive.get(0);
    if (kind != KeyLayout.ITEM && kind != KeyLayout.LOCAL_INDEX) {
      return snapshot.cursor(startInclusive, endExclusive, direction);
    }
    Rows all = new Rows(startInclusive, endExclusive == null ? KeyLayout.end(kind) : endExclusive);
    return new Walk(kind, all, direction);
  }

  /** A half-open interval of row keys, possibly empty. */
  private record Rows(Bytes start, Bytes end) {
    boolean isEmpty() {
      return start.compareTo(end) >= 0;
    }

    boolean contains(Bytes key) {
      return start.compareTo(key) <= 0 && key.compareTo(end) < 0;
    }

    boolean overlaps(Rows other) {
      return start.compareTo(other.end) < 0 && other.start.compareTo(end) < 0;
    }

    Rows from(Bytes key) {
      return start.compareTo(key) >= 0 ? this : new Rows(key, end);
    }

    Rows until(Bytes key) {
      return key.compareTo(end) >= 0 ? this : new Rows(start, key);
    }
  }

  /** Goes over the rows stretch by stretch. */
  private final class Walk implements Cursor {
    private final byte kind;
    private final Rows all;
    private final Direction direction;
    private Rows ahead;
    private Rows stretch;
    private @Nullable Cursor rows;

    Walk(byte kind, Rows all, Direction direction) {
      this.kind = kind;
      this.all = all;
      this.direction = direction;
      this.ahead = all;
      this.stretch = all;
    }

    @Override
    public boolean next() {
      while (rows == null || !rows.next()) {
        close();
        if (ahead.isEmpty()) {
          return false;
        }
        rows = open();
      }
      return true;
    }

    /** The next stretch. */
    private Cursor open() {
      List<Effect> effects = new ArrayList<>();
      int count = 0;
      Rows through = ahead; // to the end of what the last intent may change
      stretch = ahead;
      Rows intents = intentsOn(ahead);
      try (Cursor found = snapshot.cursor(intents.start(), intents.end(), direction)) {
        while (found.next()) {
          Bytes routingKey = IntentRow.routingKey(found.key());
          Rows changed = changedBy(routingKey);
          Intent intent = IntentRow.decode(found.value()).change();
          if (intent == null || !changed.overlaps(ahead)) {
            continue;
          }
          if (count >= stretchIntentsMax && !changed.overlaps(through)) {
            stretch = through;
            break;
          }
          List<Effect> more = judge.effects(routingKey, intent);
          if (more == null) {
            stretch = until(changed); // only who goes on needs to know
            if (stretch.isEmpty()) {
              required(null, intent);
            }
            break;
          }
          effects.addAll(more);
          count++;
          through = throughout(changed);
        }
      }
      ahead = isForward() ? ahead.from(stretch.end()) : ahead.until(stretch.start());
      return new OverlaidReader(snapshot, effects)
          .cursor(stretch.start(), stretch.end(), direction);
    }

    private boolean isForward() {
      return direction == Direction.FORWARD;
    }

    /** What lies ahead, to where these rows begin. */
    private Rows until(Rows changed) {
      return isForward() ? ahead.until(changed.start()) : ahead.from(changed.end());
    }

    /** What lies ahead, to where these rows end. */
    private Rows throughout(Rows changed) {
      return isForward() ? ahead.until(changed.end()) : ahead.from(changed.start());
    }

    /** The rows of this kind that an intent may change. */
    private Rows changedBy(Bytes routingKey) {
      if (kind == KeyLayout.ITEM) {
        Bytes key = KeyLayout.key(kind, routingKey);
        return new Rows(key, after(key));
      }
      Bytes collection = KeyLayout.key(kind, collection(routingKey));
      return new Rows(collection, Objects.requireNonNull(collection.prefixEnd()));
    }

    /** The rows of all intents that may change some of these; perhaps of others, too. */
    private Rows intentsOn(Rows changed) {
      Bytes start = changed.start().slice(1);
      boolean toLast = changed.end().equals(KeyLayout.end(kind));
      Bytes end = toLast ? null : changed.end().slice(1);
      if (kind == KeyLayout.LOCAL_INDEX) { // rows within a collection are in another order
        start = collection(start);
        end = end == null ? null : endOfCollection(end);
      }
      return new Rows(
          IntentRow.key(start), end == null ? KeyLayout.end(KeyLayout.INTENT) : IntentRow.key(end));
    }

    /** Where the rows of a collection end into which this falls. */
    private @Nullable Bytes endOfCollection(Bytes key) {
      Bytes collection = collection(key);
      return collection.equals(key) ? key : collection.prefixEnd();
    }

    @Override
    public void seek(Bytes key) {
      if (rows != null && stretch.contains(key)) {
        rows.seek(key);
        return;
      }
      close();
      ahead = isForward() ? all.from(key) : all.until(after(key));
    }

    @Override
    public Bytes key() {
      return require().key();
    }

    @Override
    public Bytes value() {
      return require().value();
    }

    private Cursor require() {
      if (rows == null) {
        throw new IllegalStateException("the cursor is not on a row");
      }
      return rows;
    }

    @Override
    public void close() {
      if (rows != null) {
        rows.close();
        rows = null;
      }
    }
  }

  /** The first key after this. */
  private static Bytes after(Bytes key) {
    return key.concat(Bytes.wrap(new byte[1]));
  }

  /**
   * What the routing keys of the collection begin with; the bound of a range that lies between two
   * collections is itself.
   */
  private Bytes collection(Bytes routingKeyOrBound) {
    try {
      int size = KeyEncoding.collectionPrefixSize(table.keySchema(), routingKeyOrBound);
      return size < routingKeyOrBound.size() ? routingKeyOrBound.slice(0, size) : routingKeyOrBound;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return routingKeyOrBound;
    }
  }
}
