package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a global index, in the order of their routing keys. They hold what the index
 * projects, so that nothing is fetched.
 */
final class EntryRows extends RowSource {
  private final KeyValueReader snapshot;
  private final IndexEntries entries;

  /**
   * @param index as its partitions know it
   */
  EntryRows(KeyValueReader snapshot, TableDescriptor index, IndexEntries entries) {
    super(index, KeyLayout.ITEM);
    this.snapshot = snapshot;
    this.entries = entries;
  }

  @Override
  Bytes collectionPrefix(EncodedValue partitionKey) {
    throw new InvalidReadException("a global index is read by a range of its entries");
  }

  @Override
  @Nullable ScalarType sortType() {
    return null;
  }

  @Override
  Bytes rowKey(Item key) {
    return KeyLayout.key(KeyLayout.ITEM, entries.keyOf(key));
  }

  @Override
  Cursor open(RowInterval interval, Cursor.Direction direction) {
    return snapshot.cursor(interval.start(), interval.end(), direction);
  }

  @Override
  @Nullable Item next(Cursor cursor) {
    while (cursor.next()) {
      Item entry = EntryRow.decode(cursor.value()).entry();
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  @Override
  Item shown(Item item) {
    return item;
  }

  @Override
  boolean shows(String attribute) {
    return true; // what the index does not project is not there
  }

  @Override
  boolean showsAll() {
    return entries.index().projection().kind() == IndexProjection.Kind.ALL;
  }

  @Override
  Item keyOf(Item item) {
    return entries.keyItem(item);
  }
}
