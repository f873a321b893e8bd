package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.model.Item;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Deletes one item. */
final class DeleteItem implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.CAPACITY,
          Shapes.TABLE_NAME_OF_ITEMS,
          Shapes.KEY,
          Shapes.CONDITIONAL_OPERATOR,
          Shapes.EXPECTED,
          Shapes.RETURN_VALUES,
          Shapes.COLLECTION_METRICS,
          Shapes.ON_FAILURE,
          Shapes.CONDITION,
          Shapes.NAMES,
          Shapes.VALUES);

  private final TableAccess tables;

  DeleteItem(TableAccess tables) {
    this.tables = tables;
  }

  @Override
  public String name() {
    return "DeleteItem";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    String name = TableNames.of(fields);
    AttributeMap given = Objects.requireNonNull(fields.attributes("Key"));
    ReturnValues returnValues = SingleWrite.checked(() -> Choices.noneOrAllOld(fields));
    return tables.withTable(
        name,
        request.executor(),
        table -> {
          Item key = ItemChecks.checkedKey(SingleWrite.checked(given::item), table.keySchema());
          Optional<Condition> condition =
              SingleWrite.checked(() -> WriteConditions.ofSingle(fields));
          Command.Delete delete =
              new Command.Delete(
                  TableRef.of(table),
                  key,
                  condition.orElse(null),
                  returnValues,
                  Choices.returnOnFailure(fields));
          return tables
              .write(request, table, delete, request.identity().id())
              .thenApply(written -> WriteAnswers.answer(fields, table, key, written));
        });
  }
}
