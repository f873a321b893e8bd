package dev.holdfast.protocol.command;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a write cost in write capacity units (1 KB each, rounded up), and how large it has made the
 * item collection.
 *
 * @param tableUnits of the table itself: the larger of the item before and after, at least 1
 * @param indexUnits of each local index that the write changed
 * @param collectionBytes of the item collection afterwards, as an estimate; 0 without local indexes
 */
public record WriteCost(
    int tableUnits, SortedMap<String, Integer> indexUnits, long collectionBytes) {
  public WriteCost {
    indexUnits =
        indexUnits.isEmpty()
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(indexUnits));
  }

  public static WriteCost ofTable(int units) {
    return new WriteCost(units, Collections.emptySortedMap(), 0);
  }
}
