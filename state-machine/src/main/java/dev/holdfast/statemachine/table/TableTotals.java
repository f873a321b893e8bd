package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.NumbersRow;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many items a partition holds of a table and of each of its local indexes, and how many bytes
 * they are by DynamoDB's rules. One row per table, kept by the writes: slots 0 and 1 are the
 * table's items and bytes, two more follow for each index, in the descriptor's order.
 */
record TableTotals(long itemCount, long itemBytes) {

  static Bytes key(TableId table) {
    return KeyLayout.key(KeyLayout.TOTALS, table.value());
  }

  /** Adds what one write changes. */
  static void addChanges(
      List<Effect> effects, TableDescriptor table, @Nullable Item before, @Nullable Item after) {
    Bytes key = key(table.id());
    add(effects, key, 0, before, after);
    int slot = 2;
    for (LocalIndex index : table.localIndexes()) {
      IndexView view = new IndexView(table, index);
      add(effects, key, slot, shown(view, before), shown(view, after));
      slot += 2;
    }
  }

  private static @Nullable Item shown(IndexView view, @Nullable Item item) {
    return item == null || !item.has(view.index().sortKey().name()) ? null : view.shown(item);
  }

  private static void add(
      List<Effect> effects, Bytes key, int slot, @Nullable Item before, @Nullable Item after) {
    int items = (after == null ? 0 : 1) - (before == null ? 0 : 1);
    int bytes = (after == null ? 0 : after.sizeBytes()) - (before == null ? 0 : before.sizeBytes());
    if (items != 0) {
      effects.add(new Effect.Add(key, slot, items));
    }
    if (bytes != 0) {
      effects.add(new Effect.Add(key, slot + 1, bytes));
    }
  }

  /**
   * As of a snapshot.
   *
   * @param index null for the table itself
   */
  static TableTotals of(
      KeyValueReader snapshot, TableDescriptor table, @Nullable LocalIndex index) {
    NumbersRow row = NumbersRow.of(snapshot.get(key(table.id())));
    int slot = index == null ? 0 : 2 + 2 * table.localIndexes().indexOf(index);
    return new TableTotals(row.get(slot), row.get(slot + 1));
  }
}
