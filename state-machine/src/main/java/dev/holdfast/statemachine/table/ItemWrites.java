package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.WriteCost;
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
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides the writes of one item of one table; lives for one command. */
final class ItemWrites implements Command.ItemHandler<Decision> {
  private static final String UNFIT = "The request does not fit the item";

  private final KeyValueReader state;
  private final CommandContext context;
  private final TableDescriptor table;

  ItemWrites(KeyValueReader state, CommandContext context, TableDescriptor table) {
    this.state = state;
    this.context = context;
    this.table = table;
  }

  /** An item's place and what is there now. */
  private record Slot(Bytes routingKey, @Nullable Item before) {
    Bytes rowKey() {
      return KeyLayout.key(KeyLayout.ITEM, routingKey);
    }
  }

  @Override
  public Decision put(Command.Put command) {
    return write(
        KeyChecks.ofItem(table.keySchema(), command.item()),
        command,
        slot -> {
          if (IndexView.sizeWithEntries(table, command.item()) > UpdateEvaluator.ITEM_BYTES_MAX) {
            return invalid("Item size has exceeded the maximum allowed size");
          }
          Optional<String> objection = IndexChanges.objection(table, command.item(), false);
          if (objection.isPresent()) {
            return invalid(objection.get());
          }
          return written(slot, command.item(), replaced(slot, command));
        });
  }

  @Override
  public Decision modify(Command.Modify command) {
    return write(
        KeyChecks.ofKey(table.keySchema(), command.key()),
        command,
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
  public Decision delete(Command.Delete command) {
    return write(
        KeyChecks.ofKey(table.keySchema(), command.key()),
        command,
        slot -> written(slot, null, replaced(slot, command)));
  }

  /** What a put or delete returns. */
  private static @Nullable Item replaced(Slot slot, Command.ItemWrite command) {
    return command.returnValues() == ReturnValues.ALL_OLD ? slot.before() : null;
  }

  /** What a write does once its place and its condition are in order. */
  private interface Change {
    Decision decide(Slot slot);
  }

  /**
   * The edge has checked all this, but a partition takes nobody's word for it: what a client of the
   * native protocol makes up must not halt a replica, nor stand where it cannot be read.
   *
   * @param badKey what is wrong with the key, if anything
   */
  private Decision write(Optional<String> badKey, Command.ItemWrite command, Change change) {
    if (badKey.isPresent()) {
      return invalid(badKey.get());
    }
    Bytes routingKey = KeyEncoding.routingKey(table.id(), table.keySchema(), command.keyOrItem());
    if (!context.partition().range().contains(routingKey)) {
      return Decision.reject(new Rejection.WrongPartition()); // checked again at apply: E1
    }
    Bytes row = state.get(KeyLayout.key(KeyLayout.ITEM, routingKey));
    Item before = row == null ? null : new Item(row);
    try {
      if (!ConditionEvaluator.holds(command.condition(), before)) {
        return Decision.reject(
            new Rejection.ConditionFailed(
                command.returnOnFailure() == ReturnOnFailure.ALL_OLD ? before : null,
                WriteCost.ofTable(CapacityUnits.ofWrite(before))));
      }
      return change.decide(new Slot(routingKey, before));
    } catch (IllegalArgumentException e) {
      return invalid(UNFIT); // deciding changes nothing, so this is as deterministic as the rest
    }
  }

  private Decision updated(Slot slot, Command.Modify command, Item after) {
    for (KeyAttribute key : table.keySchema().attributes()) {
      if (command.update().actions().stream()
          .anyMatch(action -> action.path().attribute().equals(key.name()))) {
        return invalid(
            "One or more parameter values were invalid: Cannot update attribute "
                + key.name()
                + ". This attribute is part of the key");
      }
    }
    Optional<String> objection = IndexChanges.objection(table, after, true);
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

  private Decision written(Slot slot, @Nullable Item after, @Nullable Item returned) {
    List<Effect> effects = new ArrayList<>();
    if (after != null) {
      effects.add(new Effect.Put(slot.rowKey(), after.bytes()));
    } else if (slot.before() != null) {
      effects.add(new Effect.Delete(slot.rowKey()));
    }
    TableTotals.addChanges(effects, table, slot.before(), after);
    int units = CapacityUnits.ofWrite(slot.before(), after);
    if (table.localIndexes().isEmpty()) {
      return new Decision(effects, new Result.Written(returned, WriteCost.ofTable(units)));
    }
    IndexChanges indexes = IndexChanges.between(table, slot.routingKey(), slot.before(), after);
    effects.addAll(indexes.effects());
    return new Decision(
        effects, new Result.Written(returned, new WriteCost(units, indexes.units())));
  }

  private static Decision invalid(String message) {
    return Decision.reject(new Rejection.InvalidUpdate(message));
  }
}
