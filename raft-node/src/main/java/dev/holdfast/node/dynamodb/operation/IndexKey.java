package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.List;

/**
 * An attribute that is of the key of an index, and so bound to a type: of a local index the sort
 * key, as its partition key is that of the table.
 *
 * @param index its name
 * @param isPartition whether it is of the partition key
 */
record IndexKey(String index, KeyAttribute attribute, boolean isPartition) {
  /** Of all indexes of a table. */
  static List<IndexKey> of(TableDescriptor table) {
    List<GlobalIndex> globals = table.followers().globalIndexes();
    if (table.localIndexes().isEmpty() && globals.isEmpty()) {
      return List.of(); // most tables
    }
    List<IndexKey> keys = new ArrayList<>();
    for (LocalIndex index : table.localIndexes()) {
      keys.add(new IndexKey(index.name(), index.sortKey(), false));
    }
    for (GlobalIndex index : globals) {
      index.partitionKey().forEach(key -> keys.add(new IndexKey(index.name(), key, true)));
      index.sortKey().forEach(key -> keys.add(new IndexKey(index.name(), key, false)));
    }
    return keys;
  }
}
