package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Plans statements that write one item, as commands of the native operations. */
final class WritePlanner {
  private final TableDescriptor table;
  private final Constants constants;
  private final ReturnOnFailure returnOnFailure;

  /**
   * @param condition what the WHERE clause asks besides the key; null when nothing
   */
  record Target(Item key, @Nullable Condition condition) {}

  WritePlanner(TableDescriptor table, Constants constants, ReturnOnFailure returnOnFailure) {
    this.table = table;
    this.constants = constants;
    this.returnOnFailure = returnOnFailure;
  }

  /** A put of an item that is not there yet. */
  Command.Put insert(Statement.Insert insert) {
    Item item = constants.item(insert.item());
    for (KeyAttribute key : table.keySchema().attributes()) {
      EncodedValue value = item.attribute(key.name());
      if (value == null) {
        throw ApiException.misfit("Key attribute should be present in the item: Key " + key.name());
      }
      requireType(value, key);
    }
    return put(item);
  }

  /** The same, of an item that may not fit the table. */
  Command.Put unchecked(Statement.Insert insert) {
    return put(constants.item(insert.item()));
  }

  private Command.Put put(Item item) {
    return new Command.Put(
        TableRef.of(table),
        item,
        new Condition.NotExists(partitionKey()),
        ReturnValues.NONE,
        returnOnFailure);
  }

  /** An update of an item that is there. */
  Command.Modify update(Statement.Update statement) {
    Update update = new ChangePlanner(constants).update(statement.changes());
    Target target = required(statement.where());
    return new Command.Modify(
        TableRef.of(table),
        target.key(),
        update,
        existing(target.condition()),
        statement.returning(),
        returnOnFailure);
  }

  /** A delete whose condition counts only for an item that is there. */
  Command.Delete delete(Statement.Delete statement) {
    Target target = required(statement.where());
    Condition condition = target.condition();
    return new Command.Delete(
        TableRef.of(table),
        target.key(),
        condition == null
            ? null
            : new Condition.Or(new Condition.NotExists(partitionKey()), condition),
        statement.returning(),
        returnOnFailure);
  }

  /** A check of an item that must be there. */
  TransactionAction.Check check(Statement.Exists exists) {
    if (exists.source().index() != null) {
      throw ApiException.validation("Operations on indices are not supported in transactions");
    }
    Target target = target(exists.select().where(), true);
    if (target == null || target.condition() == null) {
      throw ApiException.validation(
          "EXISTS() must contain a single item read with additional condition");
    }
    return new TransactionAction.Check(
        TableRef.of(table), target.key(), existing(target.condition()), returnOnFailure);
  }

  private Condition existing(@Nullable Condition condition) {
    Condition exists = new Condition.Exists(partitionKey());
    return condition == null ? exists : new Condition.And(exists, condition);
  }

  private Path partitionKey() {
    return Path.of(table.keySchema().partitionKey().name());
  }

  private Target required(@Nullable Term where) {
    Target target = target(where, false);
    if (target == null) {
      throw Refusals.incompleteKey();
    }
    return target;
  }

  /**
   * Null when the clause does not name one item.
   *
   * @param isCheck whether a second value of a key is a condition, which cannot hold
   */
  private @Nullable Target target(@Nullable Term where, boolean isCheck) {
    ConditionPlanner conditions = new ConditionPlanner(constants);
    if (where == null) {
      return null;
    }
    List<KeyAttribute> keys = table.keySchema().attributes();
    new WherePaths(keys).check(where);
    SortedMap<String, EncodedValue> key = new TreeMap<>();
    Condition condition = null;
    for (Term term : KeyValues.conjuncts(where)) {
      if (!isTaken(term, keys, key, isCheck)) {
        Condition next = conditions.condition(term);
        condition = condition == null ? next : new Condition.And(condition, next);
      }
    }
    return key.size() < keys.size() ? null : new Target(Item.ofEncoded(key), condition);
  }

  /** Takes an equality of a key attribute into the key. */
  private boolean isTaken(
      Term term, List<KeyAttribute> keys, SortedMap<String, EncodedValue> key, boolean isCheck) {
    if (!(term instanceof Term.Binary binary) || !binary.operator().equals("=")) {
      return false;
    }
    for (KeyAttribute attribute : keys) {
      Term constant = KeyValues.opposite(binary, attribute.name());
      if (constant != null) {
        EncodedValue value = constants.value(constant);
        requireType(value, attribute);
        EncodedValue first = key.putIfAbsent(attribute.name(), value);
        if (first != null && !first.equals(value)) {
          if (isCheck) {
            return false;
          }
          throw ApiException.misfit(
              "Multiple conditions on same key "
                  + attribute.name()
                  + ". Only single item Update/Insert/Delete are supported");
        }
        return true;
      }
    }
    return false;
  }

  private static void requireType(EncodedValue value, KeyAttribute key) {
    if (!value.type().name().equals(key.type().name())) {
      throw Refusals.keyType(key.name());
    }
  }
}
