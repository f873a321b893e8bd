package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * The items of a local index, by collection and then by index key. The rows of a table's indexes
 * lie together in each collection; a walk jumps over those of the others.
 */
final class IndexRows extends RowSource {
  private final KeyValueReader snapshot;
  private final IndexView view;
  private final Bytes orderedName;
  private Cursor.Direction direction = Cursor.Direction.FORWARD;

  IndexRows(KeyValueReader snapshot, IndexView view) {
    super(view.table(), KeyLayout.LOCAL_INDEX);
    this.snapshot = snapshot;
    this.view = view;
    this.orderedName = view.orderedName();
  }

  @Override
  Bytes collectionPrefix(EncodedValue partitionKey) {
    return view.prefix(partitionKey);
  }

  @Override
  ScalarType sortType() {
    return view.index().sortKey().type();
  }

  @Override
  Bytes rowKey(Item key) {
    Bytes row = view.rowKey(key);
    if (row == null) {
      throw new IllegalArgumentException("the key lacks an attribute of the index");
    }
    return row;
  }

  @Override
  Cursor open(RowInterval interval, Cursor.Direction towards) {
    direction = towards;
    return snapshot.cursor(interval.start(), interval.end(), towards);
  }

  @Override
  @Nullable Item next(Cursor cursor) {
    while (cursor.next()) {
      Bytes rowKey = cursor.key();
      int nameAt = 1 + KeyEncoding.collectionPrefixSize(table().keySchema(), rowKey.slice(1));
      Bytes afterCollection = rowKey.slice(nameAt);
      if (afterCollection.startsWith(orderedName)) {
        return itemOf(cursor.value());
      }
      Bytes collection = rowKey.slice(0, nameAt);
      boolean isBefore = afterCollection.compareTo(orderedName) < 0;
      if (direction == Cursor.Direction.FORWARD) {
        cursor.seek(isBefore ? collection.concat(orderedName) : RowInterval.endOf(collection));
      } else {
        cursor.seek(isBefore ? collection : RowInterval.endOf(collection.concat(orderedName)));
      }
    }
    return null;
  }

  private Item itemOf(Bytes routingKey) {
    Bytes row = snapshot.get(KeyLayout.key(KeyLayout.ITEM, routingKey));
    if (row == null) {
      throw new StorageException(
          "index " + view.index().name() + " has a row for the absent item " + routingKey.toHex(),
          null);
    }
    return new Item(row);
  }

  @Override
  Item shown(Item item) {
    return view.shown(item);
  }

  @Override
  boolean shows(String attribute) {
    return view.shows(attribute);
  }

  @Override
  boolean showsAll() {
    return view.index().projection().kind() == IndexProjection.Kind.ALL;
  }

  @Override
  Item keyOf(Item item) {
    return view.keyOf(item);
  }
}
