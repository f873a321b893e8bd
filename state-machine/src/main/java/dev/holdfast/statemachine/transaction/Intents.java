package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.table.ItemLocks;
import dev.holdfast.statemachine.table.ItemPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The intents of one partition while a command is decided.
 *
 * <p>Lives for one command; {@link #effects} writes what was changed.
 */
final class Intents {
  private final KeyValueReader state;
  private final TreeMap<Bytes, IntentRow> changed = new TreeMap<>();
  private final Counts counts;

  Intents(KeyValueReader state, Counts counts) {
    this.state = state;
    this.counts = counts;
  }

  static ItemLocks locks(KeyValueReader state) {
    return Counts.intents(state) == 0
        ? ItemLocks.NONE
        : (routingKey, use) -> IntentRow.of(state, routingKey).holder(use);
  }

  IntentRow on(Bytes routingKey) {
    IntentRow row = changed.get(routingKey);
    return row != null ? row : IntentRow.of(state, routingKey);
  }

  void add(Bytes routingKey, IntentRow.Intent intent) {
    changed.put(routingKey, on(routingKey).with(intent));
    counts.addIntents(1);
  }

  void remove(Bytes routingKey, Attempt attempt) {
    IntentRow row = on(routingKey);
    IntentRow rest = row.without(attempt.id());
    counts.addIntents(rest.intents().size() - row.intents().size());
    changed.put(routingKey, rest);
  }

  /** Without the counts. */
  List<Effect> effects() {
    List<Effect> effects = new ArrayList<>();
    changed.forEach(
        (routingKey, row) -> {
          Bytes key = IntentRow.key(routingKey);
          effects.add(
              row.intents().isEmpty() ? new Effect.Delete(key) : new Effect.Put(key, row.encode()));
        });
    return effects;
  }

  /**
   * What carrying an intent out writes: the same for who does it and for who reads ahead of it.
   * Nobody has changed the item since the intent was written, so only the table may differ.
   *
   * @param table as installed now; null when it was dropped
   */
  static List<Effect> carriedOut(
      KeyValueReader state,
      @Nullable TableDescriptor table,
      Bytes routingKey,
      IntentRow.Intent intent) {
    return change(state, table, routingKey, intent).map(ItemPlan.Change::effects).orElse(List.of());
  }

  /** What carrying an intent out changes, as {@link #carriedOut} writes it. */
  static Optional<ItemPlan.Change> change(
      KeyValueReader state,
      @Nullable TableDescriptor table,
      Bytes routingKey,
      IntentRow.Intent intent) {
    if (table == null || intent.kind() == IntentRow.Kind.CHECK) {
      return Optional.empty();
    }
    Bytes row = state.get(KeyLayout.key(KeyLayout.ITEM, routingKey));
    Item before = row == null ? null : new Item(row);
    return Optional.of(new ItemPlan.Change(table, routingKey, before, intent.after(), null, 0));
  }

  /** What writing nothing in the place of an item writes. */
  static List<Effect> takenAway(KeyValueReader state, TableDescriptor table, Bytes routingKey) {
    Bytes row = state.get(KeyLayout.key(KeyLayout.ITEM, routingKey));
    Item before = row == null ? null : new Item(row);
    return new ItemPlan.Change(table, routingKey, before, null, null, 0).effects();
  }

  /** Forgets all intents on the items of a table. */
  static List<Effect> dropAll(KeyValueReader state, TableId table) {
    Counts counts = Counts.of(state);
    List<Effect> effects = drop(state, KeyEncoding.tableRange(table), counts);
    effects.addAll(counts.effects());
    return effects;
  }

  /** Forgets all intents in a range; without the counts. */
  static List<Effect> drop(KeyValueReader state, KeyRange range, Counts counts) {
    List<Effect> effects = new ArrayList<>();
    if (counts.intents() == 0) {
      return effects;
    }
    Effect.DeleteRange all = Effect.DeleteRange.ofKind(KeyLayout.INTENT, range);
    long removed = 0;
    try (Cursor rows =
        state.cursor(all.startInclusive(), all.endExclusive(), Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        removed += IntentRow.count(rows.value());
      }
    }
    if (removed > 0) {
      counts.addIntents(-removed);
      effects.add(all);
    }
    return effects;
  }
}
