package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Command.EntryUpdate;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides updates of global indexes (decision 0038). Pure. Lives for one command.
 *
 * <p>Invariant: an entry's version never goes back, so that what its row says follows from the set
 * of updates it was told, whatever their order and however often.
 */
final class EntryUpdates {
  /** Of one command: what one answer to a client may hold, and more than a propagator sends. */
  private static final int UPDATE_COUNT_MAX = 10_000;

  private final KeyValueReader state;
  private final CommandContext context;
  private final TableDescriptor index;
  private final List<Effect> effects = new ArrayList<>();

  /** Rows that this command has changed; looked up only, never walked. */
  private final Map<Bytes, EntryRow> changed = new HashMap<>();

  /**
   * @param index as its partitions know it
   */
  EntryUpdates(KeyValueReader state, CommandContext context, TableDescriptor index) {
    this.state = state;
    this.context = context;
    this.index = index;
  }

  Decision decide(Command.UpdateIndex command) {
    if (command.updates().size() > UPDATE_COUNT_MAX || index.entries().isEmpty()) {
      return Decision.reject(new Rejection.Invalid("these are no updates of an index"));
    }
    if (context.stampMicros() >= command.expiresMicros()) {
      return Decision.reject(new Rejection.StaleTable(command.index())); // late: send it anew
    }
    if (!command.updates().stream().allMatch(this::isOfIndex)) {
      return Decision.reject(new Rejection.Invalid("these are no updates of an index"));
    }
    for (EntryUpdate update : command.updates()) {
      if (!context.partition().range().contains(update.key())) {
        return Decision.reject(new Rejection.WrongPartition()); // checked at apply: E1
      }
    }
    command.updates().forEach(this::take);
    return new Decision(effects, new Result.Done());
  }

  /** A partition takes nobody's word for it: what is written must be where the index reads it. */
  private boolean isOfIndex(EntryUpdate update) {
    Item entry = update.entry();
    return update.version() > 0
        && KeyEncoding.tableRange(index.id()).contains(update.key())
        && (entry == null
            || index
                .entries()
                .map(entries -> update.key().equals(entries.routingKey(entry)))
                .orElse(false));
  }

  private void take(EntryUpdate update) {
    EntryRow before = row(update.key());
    if (before != null && before.version() >= update.version()) {
      return;
    }
    Item shown = before == null ? null : before.entry();
    EntryRow after = new EntryRow(update.version(), context.stampMicros(), update.entry());
    changed.put(update.key(), after);
    effects.add(new Effect.Put(KeyLayout.key(KeyLayout.ITEM, update.key()), after.encode()));
    TableTotals.addChanges(effects, index, shown, update.entry());
  }

  private @Nullable EntryRow row(Bytes key) {
    EntryRow known = changed.get(key);
    if (known != null) {
      return known;
    }
    Bytes row = state.get(KeyLayout.key(KeyLayout.ITEM, key));
    return row == null ? null : EntryRow.decode(row);
  }
}
