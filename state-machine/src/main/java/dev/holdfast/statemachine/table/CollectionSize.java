package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.NumbersRow;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes an item collection of a table with local indexes has: its items and their entries
 * in the indexes. A row of one number per collection, kept by the writes; such a collection is
 * never split, so that its row goes where it goes.
 *
 * <p>What the other commands of an entry add is not seen before its end, and a transaction's part
 * is added when it commits: so the limit is kept but for what is under way.
 *
 * <p>Source: AWS Developer Guide, "Item collections in Local Secondary Indexes".
 */
record CollectionSize(Bytes rowKey, long bytes) {
  static final long BYTES_MAX = 10L << 30;

  /** As the row says; one that was kept before these rows were may begin below zero. */
  static CollectionSize of(KeyValueReader state, TableDescriptor table, Bytes routingKey) {
    Bytes rowKey = rowKey(table, routingKey);
    return new CollectionSize(rowKey, Math.max(0, NumbersRow.of(state.get(rowKey)).get(0)));
  }

  /** Adds what one write changes. */
  static void addChange(
      List<Effect> effects,
      TableDescriptor table,
      Bytes routingKey,
      @Nullable Item before,
      @Nullable Item after) {
    long change = change(table, before, after);
    if (change != 0) {
      effects.add(new Effect.Add(rowKey(table, routingKey), 0, change));
    }
  }

  /** The bytes after a write; below zero at most for what was there before there were rows. */
  long after(TableDescriptor table, @Nullable Item before, @Nullable Item after) {
    return Math.max(0, bytes + change(table, before, after));
  }

  /** Whether a write makes the collection larger than it may be, or still larger. */
  boolean overflows(TableDescriptor table, @Nullable Item before, Item after) {
    long change = change(table, before, after);
    return change > 0 && bytes + change > BYTES_MAX;
  }

  private static long change(TableDescriptor table, @Nullable Item before, @Nullable Item after) {
    return size(table, after) - size(table, before);
  }

  private static long size(TableDescriptor table, @Nullable Item item) {
    return item == null ? 0 : IndexView.sizeWithEntries(table, item);
  }

  private static Bytes rowKey(TableDescriptor table, Bytes routingKey) {
    int size = KeyEncoding.collectionPrefixSize(table.keySchema(), routingKey);
    return KeyLayout.key(KeyLayout.COLLECTION, routingKey.slice(0, size));
  }
}
