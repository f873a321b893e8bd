package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.evaluation.ConditionEvaluator;
import dev.holdfast.statemachine.evaluation.ProjectionEvaluator;
import dev.holdfast.statemachine.evaluation.UpdateEvaluator;
import dev.holdfast.statemachine.evaluation.UpdateOutcome;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.table.ItemLocks.Use;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Plans the writes of one item of one table; lives for one command. */
final class ItemWrites implements Command.ItemHandler<ItemPlan> {
  private static final String UNFIT = "The request does not fit the item";

  private final KeyValueReader state;
  private final CommandContext context;
  private final TableDescriptor table;
  private final ItemLocks locks;

  ItemWrites(KeyValueReader state, CommandContext context, TableDescriptor table, ItemLocks locks) {
    this.state = state;
    this.context = context;
    this.table = table;
    this.locks = locks;
  }

  /** An item's place and what is there now. */
  private record Slot(Bytes routingKey, @Nullable Item before) {}

  @Override
  public ItemPlan put(Command.Put command) {
    return write(
        KeyChecks.ofItem(table.keySchema(), command.item()),
        Target.of(command),
        slot -> {
          if (IndexView.sizeWithEntries(table, command.item()) > UpdateEvaluator.ITEM_BYTES_MAX) {
            return invalid("Item size has exceeded the maximum allowed size");
          }
          Optional<String> objection = IndexKeyChecks.objection(table, command.item(), false);
          if (objection.isPresent()) {
            return invalid(objection.get());
          }
          return written(slot, command.item(), replaced(slot, command));
        });
  }

  @Override
  public ItemPlan modify(Command.Modify command) {
    return write(
        KeyChecks.ofKey(table.keySchema(), command.key()),
        Target.of(command),
        slot -> {
          UpdateOutcome outcome =
              UpdateEvaluator.update(slot.before(), command.key(), command.update());
          if (outcome instanceof UpdateOutcome.Updated updated) {
            return updated(slot, command, updated.item());
          }
          return invalid(((UpdateOutcome.Invalid) outcome).message());
        });
  }

  @Override
  public ItemPlan delete(Command.Delete command) {
    return write(
        KeyChecks.ofKey(table.keySchema(), command.key()),
        Target.of(command),
        slot -> written(slot, null, replaced(slot, command)));
  }

  /** What a put or delete returns. */
  private static @Nullable Item replaced(Slot slot, Command.ItemWrite command) {
    return command.returnValues() == ReturnValues.ALL_OLD ? slot.before() : null;
  }

  /** ConditionCheck: like a write that writes nothing. */
  ItemPlan check(TransactionAction.Check check) {
    return write(
        KeyChecks.ofKey(table.keySchema(), check.key()),
        new Target(check.key(), check.condition(), check.returnOnFailure(), Use.CHECK),
        slot -> new ItemPlan.Holds(table, slot.routingKey(), slot.before()));
  }

  /** What a write does once its place and its condition are in order. */
  private interface Change {
    ItemPlan plan(Slot slot);
  }

  /** Which item a command is about, and on what condition. */
  private record Target(
      Item keyOrItem, @Nullable Condition condition, ReturnOnFailure returnOnFailure, Use use) {
    static Target of(Command.ItemWrite write) {
      return new Target(write.keyOrItem(), write.condition(), write.returnOnFailure(), Use.CHANGE);
    }
  }

  /**
   * The edge has checked all this, but a partition takes nobody's word for it: what a client of the
   * native protocol makes up must not halt a replica, nor stand where it cannot be read.
   *
   * @param badKey what is wrong with the key, if anything
   */
  private ItemPlan write(Optional<String> badKey, Target command, Change change) {
    if (badKey.isPresent()) {
      return invalid(badKey.get());
    }
    Bytes routingKey = KeyEncoding.routingKey(table.id(), table.keySchema(), command.keyOrItem());
    if (!context.partition().range().contains(routingKey)) {
      return new ItemPlan.Refused(new Rejection.WrongPartition()); // checked at apply: E1
    }
    Attempt holder = locks.holder(routingKey, command.use());
    if (holder != null) {
      return new ItemPlan.Refused(new Rejection.Locked(routingKey, holder));
    }
    Bytes row = state.get(KeyLayout.key(KeyLayout.ITEM, routingKey));
    Item before = row == null ? null : new Item(row);
    try {
      if (!ConditionEvaluator.holds(command.condition(), before)) {
        return new ItemPlan.Refused(
            new Rejection.ConditionFailed(
                command.returnOnFailure() == ReturnOnFailure.ALL_OLD ? before : null,
                WriteCost.ofTable(CapacityUnits.ofWrite(before))));
      }
      return change.plan(new Slot(routingKey, before));
    } catch (IllegalArgumentException e) {
      return invalid(UNFIT); // deciding changes nothing, so this is as deterministic as the rest
    }
  }

  private ItemPlan updated(Slot slot, Command.Modify command, Item after) {
    for (KeyAttribute key : table.keySchema().attributes()) {
      if (command.update().actions().stream()
          .anyMatch(action -> action.path().attribute().equals(key.name()))) {
        return invalid(
            "One or more parameter values were invalid: Cannot update attribute "
                + key.name()
                + ". This attribute is part of the key");
      }
    }
    Optional<String> objection = IndexKeyChecks.objection(table, after, true);
    if (objection.isPresent()) {
      return invalid(objection.get());
    }
    if (IndexView.sizeWithEntries(table, after) > UpdateEvaluator.ITEM_BYTES_MAX) {
      return invalid(UpdateEvaluator.TOO_LARGE);
    }
    Item result = slot.before() == null && onlyTakesAway(command.update()) ? null : after;
    return written(slot, result, returned(slot.before(), result, command));
  }

  /** An update that only removes does not bring an item into being. */
  private static boolean onlyTakesAway(Update update) {
    return !update.actions().isEmpty()
        && update.actions().stream()
            .allMatch(
                action ->
                    action instanceof Update.Action.Remove
                        || action instanceof Update.Action.Delete);
  }

  private static @Nullable Item returned(
      @Nullable Item before, @Nullable Item after, Command.Modify command) {
    return switch (command.returnValues()) {
      case NONE -> null;
      case ALL_OLD -> before;
      case ALL_NEW -> after;
      case UPDATED_OLD -> updatedPaths(before, command.update());
      case UPDATED_NEW -> updatedPaths(after, command.update());
    };
  }

  private static @Nullable Item updatedPaths(@Nullable Item item, Update update) {
    if (item == null) {
      return null;
    }
    List<Path> paths = update.actions().stream().map(Update.Action::path).toList();
    Item part = ProjectionEvaluator.project(item, paths);
    return part.isEmpty() ? null : part;
  }

  private ItemPlan written(Slot slot, @Nullable Item after, @Nullable Item returned) {
    if (table.localIndexes().isEmpty()) {
      return new ItemPlan.Change(table, slot.routingKey(), slot.before(), after, returned, 0);
    }
    CollectionSize collection = CollectionSize.of(state, table, slot.routingKey());
    if (after != null
        && !locks.isHeldByWriter(slot.routingKey())
        && collection.overflows(table, slot.before(), after)) {
      return new ItemPlan.Refused(new Rejection.CollectionTooLarge());
    }
    return new ItemPlan.Change(
        table,
        slot.routingKey(),
        slot.before(),
        after,
        returned,
        collection.after(table, slot.before(), after));
  }

  private static ItemPlan invalid(String message) {
    return new ItemPlan.Refused(new Rejection.InvalidUpdate(message));
  }
}
