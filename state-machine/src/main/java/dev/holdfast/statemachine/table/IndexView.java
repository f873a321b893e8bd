package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.ItemEncoder;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.storage.KeyLayout;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a local index shows of its table.
 *
 * <p>An index row's key is {@code collection prefix · ordered(index name) · ordered(index sort key)
 * · ordered(table sort key)}, so that rows lie with their items under one hash; its value is the
 * routing key of the item. The attributes are read from the item, so a row cannot disagree with it.
 */
record IndexView(TableDescriptor table, LocalIndex index) {

  /**
   * The size that is limited: that of an item and its entries in all local indexes. Source: AWS
   * Developer Guide, "Quotas: item size for tables with local secondary indexes".
   */
  static long sizeWithEntries(TableDescriptor table, Item item) {
    long bytes = item.sizeBytes();
    for (LocalIndex index : table.localIndexes()) {
      if (item.has(index.sortKey().name())) {
        bytes += new IndexView(table, index).shown(item).sizeBytes();
      }
    }
    return bytes;
  }

  /** The key of the row for an item, or null when the item is not in the (sparse) index. */
  @Nullable Bytes rowKey(Item item) {
    EncodedValue indexed = item.attribute(index.sortKey().name());
    EncodedValue partition = item.attribute(table.keySchema().partitionKey().name());
    if (indexed == null || partition == null) {
      return null;
    }
    Bytes key = prefix(partition).concat(KeyEncoding.ordered(indexed));
    KeyAttribute sort = table.keySchema().sortKey();
    EncodedValue tableSort = sort == null ? null : item.attribute(sort.name());
    return tableSort == null ? key : key.concat(KeyEncoding.ordered(tableSort));
  }

  /** What the row keys of one partition key begin with. */
  Bytes prefix(EncodedValue partitionKey) {
    return KeyLayout.key(
        KeyLayout.LOCAL_INDEX,
        KeyEncoding.collectionPrefix(table.id(), partitionKey).concat(orderedName()));
  }

  Bytes orderedName() {
    return KeyEncoding.ordered(EncodedValue.ofString(index.name()));
  }

  boolean shows(String attribute) {
    return index.projection().kind() == IndexProjection.Kind.ALL
        || index.projection().include().contains(attribute)
        || index.sortKey().name().equals(attribute)
        || table.keySchema().attributes().stream().anyMatch(key -> key.name().equals(attribute));
  }

  /** The attributes of an item that the index projects. */
  Item shown(Item item) {
    if (index.projection().kind() == IndexProjection.Kind.ALL) {
      return item;
    }
    TreeSet<String> names = new TreeSet<>(index.projection().include());
    table.keySchema().attributes().forEach(key -> names.add(key.name()));
    names.add(index.sortKey().name());
    return pick(item, names);
  }

  /** Index and table keys of an item: where a page ended. */
  Item keyOf(Item item) {
    TreeSet<String> names = new TreeSet<>();
    table.keySchema().attributes().forEach(key -> names.add(key.name()));
    names.add(index.sortKey().name());
    return pick(item, names);
  }

  private static Item pick(Item item, TreeSet<String> names) {
    ItemEncoder encoder = new ItemEncoder();
    for (String name : names) {
      EncodedValue value = item.attribute(name);
      if (value != null) {
        encoder.name(name).value(value);
      }
    }
    return encoder.finish();
  }
}
