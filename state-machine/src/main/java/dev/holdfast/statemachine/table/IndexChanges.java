package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.replica.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a write of one item changes in the table's local indexes.
 *
 * @param units write units by index name, for the indexes that change
 */
record IndexChanges(List<Effect> effects, SortedMap<String, Integer> units) {
  /** Source: AWS Developer Guide, "Service, account, and table quotas: sort key". */
  private static final int SORT_KEY_BYTES_MAX = 1024;

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
    return new IndexChanges(effects, units);
  }

  /**
   * Why an item cannot be in the table: an index's key of another type, empty or too long.
   *
   * @param byUpdate whether the item comes from an update, whose message differs
   */
  static Optional<String> objection(TableDescriptor table, Item after, boolean byUpdate) {
    for (LocalIndex index : table.localIndexes()) {
      EncodedValue value = after.attribute(index.sortKey().name());
      Optional<String> objection =
          value == null ? Optional.empty() : objection(index, value, byUpdate);
      if (objection.isPresent()) {
        return objection;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> objection(
      LocalIndex index, EncodedValue value, boolean byUpdate) {
    String name = index.sortKey().name();
    if (!value.type().name().equals(index.sortKey().type().name())) {
      return Optional.of(
          byUpdate
              ? "The update expression attempted to update the secondary index key to unsupported"
                  + " type"
              : "One or more parameter values were invalid: Type mismatch for Index Key "
                  + name
                  + " Expected: "
                  + index.sortKey().type()
                  + " Actual: "
                  + value.type()
                  + " IndexName: "
                  + index.name());
    }
    int size = value.scalarBytes().size();
    if (size == 0) {
      String empty =
          "The AttributeValue for a key attribute cannot contain an empty "
              + (isBinary(index) ? "binary" : "string")
              + " value.";
      return Optional.of(
          "One or more parameter values are not valid. "
              + (byUpdate
                  ? "The update expression attempted to update a secondary index key to a value"
                      + " that is not supported. "
                      + empty
                  : "A value specified for a secondary index key is not supported. "
                      + empty
                      + " IndexName: "
                      + index.name()
                      + ", IndexKey: "
                      + name));
    }
    if (size > SORT_KEY_BYTES_MAX) {
      return Optional.of(
          byUpdate
              ? "The update expression attempted to update the secondary index key beyond allowed"
                  + " size limits"
              : "One or more parameter values were invalid: Size of rangekey has exceeded the"
                  + " maximum size limit of1024 bytes");
    }
    return Optional.empty();
  }

  private static boolean isBinary(LocalIndex index) {
    return index.sortKey().type() == dev.holdfast.protocol.model.ScalarType.B;
  }

  private static Item require(@Nullable Item item) {
    if (item == null) {
      throw new IllegalStateException("an index row without its item");
    }
    return item;
  }
}
