package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.model.ChangeRecord.Origin;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.change.ChangeDelivery;
import dev.holdfast.statemachine.change.ChangeLog;
import dev.holdfast.statemachine.change.ChangeResharding;
import dev.holdfast.statemachine.change.ChangeTrimming;
import dev.holdfast.statemachine.expiry.ExpiryRows;
import dev.holdfast.statemachine.expiry.ExpiryTending;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Decider;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.RememberedKind;
import dev.holdfast.statemachine.replica.RememberedKind.Form;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of partitions that hold items. Range and table version are checked here (E1). */
public final class TableDecider implements Decider {
  /** Which items are held in a state. */
  @FunctionalInterface
  public interface Locking {
    ItemLocks of(KeyValueReader state);
  }

  private final TableCatalog catalog;
  private final Locking locking;

  public TableDecider(Locking locking) {
    this(locking, new TableCatalog());
  }

  private TableDecider(Locking locking, TableCatalog catalog) {
    this.locking = locking;
    this.catalog = catalog;
  }

  /** The same tables, seen by somebody whom other locks keep out. */
  public TableDecider with(Locking other) {
    return new TableDecider(other, catalog);
  }

  /** Every entry meets its tables, and few others; an item is often read again soon. */
  @Override
  public List<RememberedKind> rememberedKinds() {
    return List.of(
        new RememberedKind(KeyLayout.TABLE, Form.LAST_ROWS),
        new RememberedKind(KeyLayout.TOTALS, Form.LAST_ROWS),
        new RememberedKind(KeyLayout.ITEM, Form.RECENT_ROWS),
        new RememberedKind(KeyLayout.COLLECTION, Form.RECENT_ROWS),
        new RememberedKind(KeyLayout.CHANGE_HEAD, Form.LAST_ROWS));
  }

  @Override
  public Decision decide(KeyValueReader state, CommandContext context, Command command) {
    if (command instanceof Command.ItemWrite write) {
      return decision(state, context, plan(state, context, write));
    }
    if (command instanceof Command.Control control) {
      return control.dispatch(new Controls(state, context));
    }
    return Decision.reject(new Rejection.Invalid("this partition holds items, not the cluster's"));
  }

  private static Decision decision(KeyValueReader state, CommandContext context, ItemPlan plan) {
    if (plan instanceof ItemPlan.Change change) {
      ChangeLog log = new ChangeLog(state, context);
      change.record(log, Origin.USER, context.stampMicros());
      List<Effect> effects = new ArrayList<>(change.effects());
      effects.addAll(log.effects());
      return new Decision(effects, new Result.Written(change.returned(), change.cost()));
    }
    return Decision.reject(((ItemPlan.Refused) plan).rejection());
  }

  /** What the write would do. */
  private ItemPlan plan(KeyValueReader state, CommandContext context, Command.ItemWrite write) {
    TableDescriptor table = catalog.find(state, write.table());
    return table == null || table.entries().isPresent() // nobody writes items into an index
        ? stale(write.table())
        : write.dispatch(new ItemWrites(state, context, table, locking.of(state)));
  }

  /** What an action of a transaction would do. */
  public ItemPlan plan(KeyValueReader state, CommandContext context, TransactionAction action) {
    if (action instanceof TransactionAction.Write write) {
      return plan(state, context, write.write());
    }
    TransactionAction.Check check = (TransactionAction.Check) action;
    TableDescriptor table = catalog.find(state, check.table());
    return table == null || table.entries().isPresent()
        ? stale(check.table())
        : new ItemWrites(state, context, table, locking.of(state)).check(check);
  }

  private static ItemPlan stale(TableRef table) {
    return new ItemPlan.Refused(new Rejection.StaleTable(table.id()));
  }

  /** The table as installed now; null when it is unknown or dropped. */
  public @Nullable TableDescriptor table(KeyValueReader state, TableId table) {
    return catalog.find(state, table);
  }

  /** How items part; does nothing about locks. */
  public TableResharding tableResharding() {
    return new TableResharding(catalog);
  }

  private final class Controls implements Command.ControlHandler<Decision> {
    private final KeyValueReader state;
    private final CommandContext context;

    private Controls(KeyValueReader state, CommandContext context) {
      this.state = state;
      this.context = context;
    }

    @Override
    public Decision installTable(Command.InstallTable command) {
      TableDescriptor table = command.table();
      TableDescriptor installed = catalog.find(state, table.id());
      if (catalog.isDropped(state, table.id())
          || (installed != null && installed.version() > table.version())) {
        return Decision.of(new Result.Done());
      }
      List<Effect> effects = new ArrayList<>();
      if (installed == null || installed.version() < table.version()) {
        effects.add(new Effect.Put(TableCatalog.key(table.id()), StateCodec.encode(table)));
        effects.addAll(Backfills.forgotten(state, table));
      }
      // Also when it is known: what was merged may have segments of an earlier version.
      ChangeLog log = new ChangeLog(state, context);
      log.follow(table);
      effects.addAll(log.effects());
      effects.addAll(new ExpiryTending(state, context, table).installed(installed));
      return new Decision(effects, new Result.Done());
    }

    @Override
    public Decision dropTable(Command.DropTable command) {
      TableId table = command.table();
      if (catalog.isDropped(state, table)) {
        return Decision.of(new Result.Done());
      }
      List<Effect> effects = new ArrayList<>();
      effects.add(new Effect.Put(TableCatalog.key(table), TableCatalog.tombstone()));
      effects.add(new Effect.Delete(TableTotals.key(table)));
      effects.addAll(TableResharding.emptied(KeyEncoding.tableRange(table)));
      effects.addAll(ChangeResharding.dropped(table));
      effects.add(ExpiryRows.deleted(table));
      effects.add(Backfills.dropped(table));
      return new Decision(effects, new Result.Done());
    }

    @Override
    public Decision updateIndex(Command.UpdateIndex command) {
      if (catalog.isDropped(state, command.index())) {
        return Decision.of(new Result.Done());
      }
      TableDescriptor index = catalog.find(state, command.index());
      return index == null
          ? Decision.reject(new Rejection.StaleTable(command.index()))
          : new EntryUpdates(state, context, index).decide(command);
    }

    @Override
    public Decision delivered(Command.Delivered command) {
      return new Decision(
          ChangeDelivery.of(state, command.table(), command.segment(), command.through()),
          new Result.Done());
    }

    @Override
    public Decision backfilled(Command.Backfilled command) {
      TableDescriptor table = catalog.find(state, command.table());
      boolean isWanted =
          table != null
              && table.followers().globalIndexes().stream()
                  .anyMatch(index -> index.id().equals(command.index()));
      return new Decision(
          isWanted ? Backfills.filled(state, context.partition().range(), command) : List.of(),
          new Result.Done());
    }

    @Override
    public Decision trimChanges(Command.TrimChanges command) {
      TableDescriptor table = catalog.find(state, command.table());
      Followers followers = table == null ? Followers.NONE : table.followers();
      return new Decision(
          ChangeTrimming.of(
              state, command.table(), command.segment(), command.through(), followers),
          new Result.Done());
    }

    @Override
    public Decision expire(Command.Expire command) {
      return new Expiration(state, context, catalog, locking.of(state)).decide(command);
    }

    @Override
    public Decision tendExpiry(Command.TendExpiry command) {
      TableDescriptor table = catalog.find(state, command.table());
      return table == null
          ? Decision.of(new Result.Tended(true, false))
          : new ExpiryTending(state, context, table).tend(command);
    }

    @Override
    public Decision renewLease(Command.RenewLease command) {
      return Decision.of(new Result.Done());
    }

    @Override
    public Decision relinquish(Command.Relinquish command) {
      return Decision.of(new Result.Done());
    }

    @Override
    public Decision verifyDigest(Command.VerifyDigest command) {
      return Decision.of(new Result.Done());
    }

    @Override
    public Decision split(Command.Split command) {
      throw new IllegalStateException("ranges are the shell's: " + command);
    }

    @Override
    public Decision trim(Command.Trim command) {
      throw new IllegalStateException("ranges are the shell's: " + command);
    }

    @Override
    public Decision merge(MergeCommand command) {
      throw new IllegalStateException("ranges are the shell's: " + command);
    }

    @Override
    public Decision setMembers(Command.SetMembers command) {
      throw new IllegalStateException("members are the shell's: " + command);
    }
  }
}
