package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord.Origin;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TimeToLive;
import dev.holdfast.statemachine.change.ChangeLog;
import dev.holdfast.statemachine.expiry.ExpiryRows;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides which items that are said to have expired are deleted (decision 0039). Pure. Lives for
 * one command.
 *
 * <ul>
 *   <li>An item is deleted only if it has expired by the stamp of the entry that deletes it,
 *       whatever the proposer has read.
 *   <li>One that a transaction holds stays; its row does too, and so it will be found again.
 * </ul>
 */
final class Expiration {
  /** Of one command; more than a leader proposes. */
  private static final int ENTRY_COUNT_MAX = 1_000;

  private static final long MICROS_PER_SECOND = 1_000_000;

  private final KeyValueReader state;
  private final CommandContext context;
  private final TableCatalog catalog;
  private final ItemLocks locks;
  private final ChangeLog log;
  private final List<Effect> effects = new ArrayList<>();
  private final Set<Bytes> seen = new TreeSet<>();
  private int count;

  Expiration(KeyValueReader state, CommandContext context, TableCatalog catalog, ItemLocks locks) {
    this.state = state;
    this.context = context;
    this.catalog = catalog;
    this.locks = locks;
    this.log = new ChangeLog(state, context);
  }

  Decision decide(Command.Expire command) {
    if (command.entries().size() > ENTRY_COUNT_MAX
        || !command.entries().stream().allMatch(Expiration::isEntry)) {
      return Decision.reject(new Rejection.Invalid("these are no items that expire"));
    }
    for (ExpiryEntry entry : command.entries()) {
      TableDescriptor table = catalog.find(state, KeyEncoding.tableOf(entry.key()));
      TimeToLive timeToLive = table == null ? null : table.expiry();
      if (table != null
          && timeToLive != null
          && context.partition().range().contains(entry.key())
          && seen.add(entry.key())) {
        take(entry, table, timeToLive);
      }
    }
    effects.addAll(log.effects());
    return new Decision(effects, new Result.Expired(count));
  }

  /** A partition takes nobody's word for it. */
  private static boolean isEntry(ExpiryEntry entry) {
    return entry.second() >= 0 && entry.key().size() > Long.BYTES;
  }

  private void take(ExpiryEntry entry, TableDescriptor table, TimeToLive timeToLive) {
    Bytes row = state.get(KeyLayout.key(KeyLayout.ITEM, entry.key()));
    Item item = row == null ? null : new Item(row);
    if (timeToLive.expirySecond(item) != entry.second()) {
      effects.add(new Effect.Delete(ExpiryRows.key(entry))); // nobody's
      return;
    }
    long nowSeconds = Math.floorDiv(context.stampMicros(), MICROS_PER_SECOND);
    if (entry.second() <= nowSeconds
        && entry.second() >= TimeToLive.earliestDue(nowSeconds)
        && locks.holder(entry.key(), ItemLocks.Use.CHANGE) == null) {
      ItemPlan.Change change = new ItemPlan.Change(table, entry.key(), item, null, null, 0);
      change.record(log, Origin.TIME_TO_LIVE, context.stampMicros());
      effects.addAll(change.effects());
      count++;
    }
  }
}
