package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import org.jspecify.annotations.Nullable;

/** The items of a table, in the order of their routing keys. */
final class TableRows extends RowSource {
  private final KeyValueReader snapshot;

  TableRows(KeyValueReader snapshot, TableDescriptor table) {
    super(table, KeyLayout.ITEM);
    this.snapshot = snapshot;
  }

  @Override
  Bytes collectionPrefix(EncodedValue partitionKey) {
    return KeyLayout.key(KeyLayout.ITEM, KeyEncoding.collectionPrefix(table().id(), partitionKey));
  }

  @Override
  @Nullable ScalarType sortType() {
    KeyAttribute sort = table().keySchema().sortKey();
    return sort == null ? null : sort.type();
  }

  @Override
  Bytes rowKey(Item key) {
    return KeyLayout.key(
        KeyLayout.ITEM, KeyEncoding.routingKey(table().id(), table().keySchema(), key));
  }

  @Override
  Cursor open(RowInterval interval, Cursor.Direction direction) {
    return snapshot.cursor(interval.start(), interval.end(), direction);
  }

  @Override
  @Nullable Item next(Cursor cursor) {
    return cursor.next() ? new Item(cursor.value()) : null;
  }

  @Override
  Item shown(Item item) {
    return item;
  }

  @Override
  boolean shows(String attribute) {
    return true;
  }

  @Override
  boolean showsAll() {
    return true;
  }

  @Override
  Item keyOf(Item item) {
    return item.keyOf(table().keySchema());
  }
}
