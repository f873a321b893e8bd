package dev.holdfast.partition.placement.shape;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Where a range may be cut: strictly inside, and not inside an item collection of a table with
 * local indexes, whose index entries lie beside the items.
 */
final class CollectionBoundaries {
  private static final int TABLE_ID_BYTES = 8;

  /** Table id and hash; a key no longer than that is in no collection. */
  private static final int HEADER_BYTES = 16;

  private final SortedMap<TableId, KeySchema> indexedTables;

  CollectionBoundaries(SortedMap<TableId, KeySchema> indexedTables) {
    this.indexedTables = indexedTables;
  }

  /**
   * The key itself where it may cut the range, else the nearest keys that may: two, one or none.
   */
  List<Bytes> cutsNear(Bytes key, KeyRange range) {
    KeySchema schema =
        key.size() <= HEADER_BYTES || indexedTables.isEmpty()
            ? null
            : indexedTables.get(KeyEncoding.tableOf(key));
    if (schema == null) {
      return isInside(key, range) ? List.of(key) : List.of();
    }
    return boundaries(key, schema).stream().filter(cut -> isInside(cut, range)).toList();
  }

  private static List<Bytes> boundaries(Bytes key, KeySchema schema) {
    Bytes collection;
    try {
      collection = key.slice(0, KeyEncoding.collectionPrefixSize(schema, key));
    } catch (IllegalArgumentException e) {
      return List.of(); // an edge that a scan made up is no routing key, and not worth a cut
    }
    List<Bytes> cuts = new ArrayList<>(2);
    cuts.add(collection);
    Bytes end = collection.prefixEnd();
    if (end != null) {
      cuts.add(end);
    }
    return cuts;
  }

  /** Whether the key begins with the id of a table that has local indexes. */
  boolean isIndexed(Bytes key) {
    return key.size() >= TABLE_ID_BYTES && indexedTables.containsKey(KeyEncoding.tableOf(key));
  }

  private static boolean isInside(Bytes key, KeyRange range) {
    return range.startInclusive().compareTo(key) < 0 && range.contains(key);
  }
}
