package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.replica.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a write of one item changes in the table's indexes.
 *
 * @param effects on the rows of local indexes
 * @param units write units by index name, for the indexes that change
 */
record IndexChanges(List<Effect> effects, SortedMap<String, Integer> units) {
  static IndexChanges between(
      TableDescriptor table, Bytes routingKey, @Nullable Item before, @Nullable Item after) {
    List<Effect> effects = new ArrayList<>();
    SortedMap<String, Integer> units = new TreeMap<>();
    for (LocalIndex index : table.localIndexes()) {
      IndexView view = new IndexView(table, index);
      Bytes oldRow = before == null ? null : view.rowKey(before);
      Bytes newRow = after == null ? null : view.rowKey(after);
      if (oldRow != null && !oldRow.equals(newRow)) {
        effects.add(new Effect.Delete(oldRow));
        units.merge(index.name(), CapacityUnits.ofWrite(view.shown(require(before))), Integer::sum);
      }
      if (newRow != null && !newRow.equals(oldRow)) {
        effects.add(new Effect.Put(newRow, routingKey));
        units.merge(index.name(), CapacityUnits.ofWrite(view.shown(require(after))), Integer::sum);
      } else if (newRow != null) {
        Item oldShown = view.shown(require(before));
        Item newShown = view.shown(require(after));
        if (!oldShown.equals(newShown)) {
          units.put(index.name(), CapacityUnits.ofWrite(oldShown, newShown));
        }
      }
    }
    for (GlobalIndex index : table.followers().globalIndexes()) {
      addUnits(units, new IndexEntries(index, table.keySchema()), before, after);
    }
    return new IndexChanges(effects, units);
  }

  /** What a global index will be written by the change, counted as DynamoDB counts. */
  private static void addUnits(
      SortedMap<String, Integer> units,
      IndexEntries entries,
      @Nullable Item before,
      @Nullable Item after) {
    Bytes oldKey = before == null ? null : entries.routingKey(before);
    Bytes newKey = after == null ? null : entries.routingKey(after);
    String name = entries.index().name();
    Item oldEntry = oldKey == null ? null : entries.entry(require(before));
    Item newEntry = newKey == null ? null : entries.entry(require(after));
    if (oldKey != null && oldKey.equals(newKey)) {
      if (!require(oldEntry).equals(newEntry)) {
        units.put(name, CapacityUnits.ofWrite(oldEntry, newEntry));
      }
      return;
    }
    if (oldEntry != null) {
      units.merge(name, CapacityUnits.ofWrite(oldEntry), Integer::sum);
    }
    if (newEntry != null) {
      units.merge(name, CapacityUnits.ofWrite(newEntry), Integer::sum);
    }
  }

  private static Item require(@Nullable Item item) {
    if (item == null) {
      throw new IllegalStateException("an index row without its item");
    }
    return item;
  }
}
