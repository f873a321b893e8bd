package dev.holdfast.protocol.command;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a write cost in write capacity units (1 KB each, rounded up).
 *
 * @param tableUnits of the table itself: the larger of the item before and after, at least 1
 * @param indexUnits of each local index that the write changed
 */
public record WriteCost(int tableUnits, SortedMap<String, Integer> indexUnits) {
  public WriteCost {
    indexUnits =
        indexUnits.isEmpty()
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(indexUnits));
  }

  public static WriteCost ofTable(int units) {
    return new WriteCost(units, Collections.emptySortedMap());
  }
}
