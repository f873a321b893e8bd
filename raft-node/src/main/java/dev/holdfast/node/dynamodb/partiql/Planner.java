package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.List;

/**
 * Makes of statements what the native operations make of their requests. What only the table's
 * schema shows to be wrong is a misfit, other mistakes are validation errors; lengths of keys and
 * sizes of items are for the caller to check.
 */
public final class Planner {
  private final TableDescriptor table;
  private final Constants constants;

  /**
   * @param parameters as many as the statement has
   */
  public Planner(TableDescriptor table, List<EncodedValue> parameters) {
    this.table = table;
    this.constants = new Constants(parameters);
  }

  /**
   * Fails when a statement asks for what no table could make right: the service says so before it
   * looks for the table. Whatever becomes of the parts of a WHERE clause, all of it must be right.
   *
   * @param parameters as many as the statement has
   */
  public static void check(Statement statement, List<EncodedValue> parameters) {
    Constants constants = new Constants(parameters);
    Term where = null;
    if (statement instanceof Statement.Select select) {
      SelectedAttributes.of(select.paths());
      where = select.where();
    } else if (statement instanceof Statement.Update update) {
      new ChangePlanner(constants).update(update.changes());
      where = update.where();
    } else if (statement instanceof Statement.Delete delete) {
      where = delete.where();
    } else if (statement instanceof Statement.Exists exists) {
      where = exists.select().where();
    }
    if (where != null) {
      new ConditionPlanner(constants).whole(where);
    }
  }

  public SelectPlan select(Statement.Select select) {
    return SelectPlanner.plan(table, select, constants);
  }

  /** The command of an INSERT, UPDATE or DELETE. */
  public Command.ItemWrite write(Statement statement, ReturnOnFailure returnOnFailure) {
    WritePlanner planner = new WritePlanner(table, constants, returnOnFailure);
    if (statement instanceof Statement.Insert insert) {
      return planner.insert(insert);
    } else if (statement instanceof Statement.Update update) {
      return planner.update(update);
    } else if (statement instanceof Statement.Delete delete) {
      return planner.delete(delete);
    }
    throw ApiException.validation("EXISTS can only be used in ExecuteTransaction write requests.");
  }

  /** The put of an INSERT whose item is still to be checked against its table. */
  public Command.Put unchecked(Statement.Insert insert) {
    return new WritePlanner(table, constants, ReturnOnFailure.NONE).unchecked(insert);
  }

  /** The check that an EXISTS is. */
  public TransactionAction.Check check(Statement.Exists exists, ReturnOnFailure returnOnFailure) {
    return new WritePlanner(table, constants, returnOnFailure).check(exists);
  }
}
