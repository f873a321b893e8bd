package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.json.Shape.Member;
import dev.holdfast.node.dynamodb.partiql.PartiQl;
import dev.holdfast.node.dynamodb.partiql.Planner;
import dev.holdfast.node.dynamodb.partiql.Statement;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A statement as a request gives it.
 *
 * @param fields the structure it stands in
 * @param parameters as many as it needs
 */
record StatementRequest(
    Fields fields, String text, Statement statement, List<EncodedValue> parameters) {
  /** Source: AWS API reference, "ExecuteStatement". */
  private static final int LENGTH_MAX = 8192;

  /** What it means that the condition of an INSERT does not hold. */
  static final String DUPLICATE = "Duplicate primary key exists in table";

  private static final String STATEMENT = "Statement";
  private static final String PARAMETERS = "Parameters";

  static final Member TEXT = Shape.required(STATEMENT, Shape.text(1, LENGTH_MAX));
  static final Member VALUES =
      Shape.optional(PARAMETERS, Shape.listOf(Shape.ATTRIBUTE, 1, Integer.MAX_VALUE));

  /**
   * Parses the statement of a structure; fails when it is none, or lacks parameters, or asks for
   * what no table could make right.
   */
  static StatementRequest of(Fields fields) {
    return of(fields, parametersOf(fields)); // what is wrong with these is said first
  }

  /**
   * @param parameters those of the structure
   */
  static StatementRequest of(Fields fields, List<EncodedValue> parameters) {
    String text = Objects.requireNonNull(fields.text(STATEMENT));
    PartiQl.Parsed parsed = PartiQl.parse(text);
    if (parameters.size() != parsed.parameterCount()) {
      throw ApiException.validation("Number of parameters in request and statement don't match.");
    }
    Planner.check(parsed.statement(), parameters);
    return new StatementRequest(fields, text, parsed.statement(), parameters);
  }

  static List<EncodedValue> parametersOf(Fields fields) {
    @Nullable List<AttributeMap> given = fields.list(PARAMETERS);
    List<EncodedValue> parameters = new ArrayList<>();
    if (given != null) {
      for (AttributeMap each : given) {
        each.item().forEachAttribute((name, value) -> parameters.add(value));
      }
    }
    return parameters;
  }

  String table() {
    return statement.source().table();
  }

  Planner planner(TableDescriptor table) {
    return new Planner(table, parameters);
  }

  /** The command of an INSERT, UPDATE or DELETE, checked as that of a native operation is. */
  Command.ItemWrite write(TableDescriptor table) {
    return checked(planner(table).write(statement, returnOnFailure()), table);
  }

  /** Whether to answer the item for which a condition failed; of an INSERT nobody is told. */
  ReturnOnFailure returnOnFailure() {
    return statement instanceof Statement.Insert
        ? ReturnOnFailure.NONE
        : Choices.returnOnFailure(fields);
  }

  private static Command.ItemWrite checked(Command.ItemWrite command, TableDescriptor table) {
    if (command instanceof Command.Put put) {
      ItemChecks.checkedItem(put.item(), table);
    } else {
      if (command instanceof Command.Modify modify) {
        Update update = modify.update();
        UpdateItem.checkKeysUntouched(update, table);
      }
      ItemChecks.checkedKey(command.keyOrItem(), table.keySchema());
    }
    return command;
  }

  /** What a transaction is to do. */
  TransactionAction action(TableDescriptor table) {
    if (statement instanceof Statement.Exists exists) {
      Planner planner = planner(table);
      TransactionAction.Check check = fitting(() -> planner.check(exists, returnOnFailure()));
      ItemChecks.checkedKey(check.key(), table.keySchema());
      return check;
    }
    if (statement instanceof Statement.Insert insert) {
      return new TransactionAction.Write(checked(planner(table).unchecked(insert), table));
    }
    Planner planner = planner(table);
    return new TransactionAction.Write(
        checked(fitting(() -> planner.write(statement, returnOnFailure())), table));
  }

  /**
   * Within a transaction, what does not fit a table has the words of other transactions, not those
   * of statements.
   */
  static <T> T fitting(Supplier<T> plan) {
    try {
      return plan.get();
    } catch (ApiException e) {
      throw e.type() == ErrorType.MISFIT ? ItemChecks.mismatch() : e;
    }
  }
}
