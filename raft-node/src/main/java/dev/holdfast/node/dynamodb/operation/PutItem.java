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

/** Puts one item, replacing what is there. */
final class PutItem implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.CAPACITY,
          Shapes.TABLE_NAME_OF_ITEMS,
          Shapes.ITEM,
          Shapes.CONDITIONAL_OPERATOR,
          Shapes.EXPECTED,
          Shapes.RETURN_VALUES,
          Shapes.COLLECTION_METRICS,
          Shapes.ON_FAILURE,
          Shapes.CONDITION,
          Shapes.NAMES,
          Shapes.VALUES);

  private final TableAccess tables;

  PutItem(TableAccess tables) {
    this.tables = tables;
  }

  @Override
  public String name() {
    return "PutItem";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    String name = TableNames.of(fields);
    AttributeMap given = Objects.requireNonNull(fields.attributes("Item"));
    ReturnValues returnValues = SingleWrite.checked(() -> Choices.noneOrAllOld(fields));
    return tables.withTable(
        name,
        request.executor(),
        table -> {
          Item item = ItemChecks.checkedItem(SingleWrite.checked(given::item), table);
          Optional<Condition> condition =
              SingleWrite.checked(() -> WriteConditions.ofSingle(fields));
          Command.Put put =
              new Command.Put(
                  TableRef.of(table),
                  item,
                  condition.orElse(null),
                  returnValues,
                  Choices.returnOnFailure(fields));
          return tables
              .write(request, table, put, request.identity().id())
              .thenApply(written -> WriteAnswers.answer(fields, table, item, written));
        });
  }
}
