package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord.Origin;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.change.ChangeLog;
import dev.holdfast.statemachine.expiry.ExpiryRows;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What a command would do to its item, judged by the state before it. Nothing is changed yet. */
public sealed interface ItemPlan {
  /** The answer is no. */
  record Refused(Rejection rejection) implements ItemPlan {}

  /** The condition holds, and nothing is to be written. */
  record Holds(TableDescriptor table, Bytes routingKey, @Nullable Item item) implements ItemPlan {
    public WriteCost cost() {
      return WriteCost.ofTable(CapacityUnits.ofWrite(item));
    }
  }

  /**
   * This is to be written.
   *
   * @param before what is there now; null when nothing is
   * @param after null when nothing is to be there
   * @param returned what ReturnValues asked for
   * @param collectionBytes of the item's collection afterwards; 0 without local indexes
   */
  record Change(
      TableDescriptor table,
      Bytes routingKey,
      @Nullable Item before,
      @Nullable Item after,
      @Nullable Item returned,
      long collectionBytes)
      implements ItemPlan {
    /**
     * All rows that change with the item: its own, those that count, those of local indexes, and
     * the one that says when it expires.
     */
    public List<Effect> effects() {
      Bytes rowKey = KeyLayout.key(KeyLayout.ITEM, routingKey);
      List<Effect> effects = new ArrayList<>();
      if (after != null) {
        effects.add(new Effect.Put(rowKey, after.bytes()));
      } else if (before != null) {
        effects.add(new Effect.Delete(rowKey));
      }
      TableTotals.addChanges(effects, table, before, after);
      if (!table.localIndexes().isEmpty()) {
        CollectionSize.addChange(effects, table, routingKey, before, after);
        effects.addAll(indexes().effects());
      }
      effects.addAll(ExpiryRows.changed(table, routingKey, before, after));
      return effects;
    }

    /** Tells whoever follows the table. */
    public void record(ChangeLog log, Origin origin, long timeMicros) {
      log.add(table, routingKey, before, after, origin, timeMicros);
    }

    public WriteCost cost() {
      SortedMap<String, Integer> indexUnits =
          hasIndexes() ? indexes().units() : Collections.emptySortedMap();
      return new WriteCost(CapacityUnits.ofWrite(before, after), indexUnits, collectionBytes);
    }

    private boolean hasIndexes() {
      return !table.localIndexes().isEmpty() || !table.followers().globalIndexes().isEmpty();
    }

    private IndexChanges indexes() {
      return IndexChanges.between(table, routingKey, before, after);
    }
  }
}
