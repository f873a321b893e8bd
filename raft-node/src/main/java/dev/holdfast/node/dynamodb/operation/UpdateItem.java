package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.legacy.LegacyConditions;
import dev.holdfast.node.dynamodb.legacy.LegacyShapes;
import dev.holdfast.node.dynamodb.legacy.LegacyUpdates;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.parser.Expressions;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Changes attributes of one item, which comes into being when it is not there. */
final class UpdateItem implements Operation {
  static final String UPDATE = "UpdateExpression";
  private static final String CONDITION = "ConditionExpression";
  private static final List<String> LEGACY =
      List.of("AttributeUpdates", "Expected", "ConditionalOperator");
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
          Shapes.VALUES,
          Shape.optional(UPDATE, Shape.TEXT),
          Shape.optional(LegacyShapes.ATTRIBUTE_UPDATES, LegacyShapes.UPDATES));

  private final TableAccess tables;

  UpdateItem(TableAccess tables) {
    this.tables = tables;
  }

  @Override
  public String name() {
    return "UpdateItem";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    String name = TableNames.of(fields);
    return tables.withTable(
        name,
        request.executor(),
        table -> {
          Item key = ItemChecks.requiredKey(fields, table);
          Command.Modify modify = command(fields, table, key);
          return worded(fields, tables.write(request, table, modify, request.identity().id()))
              .thenApply(written -> WriteAnswers.answer(fields, table, key, written));
        });
  }

  /** What AttributeUpdates fail with has words of its own. */
  private static <T> CompletableFuture<T> worded(Fields fields, CompletableFuture<T> written) {
    return LegacyUpdates.isGiven(fields)
        ? written.exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(LegacyUpdates.reworded(Futures.cause(failure))))
        : written;
  }

  /** The command of an update; its key is not checked. */
  static Command.Modify command(Fields fields, TableDescriptor table, Item key) {
    Substitutions substitutions =
        ExpressionInputs.of(fields, List.of(UPDATE, CONDITION), List.of(), LEGACY);
    @Nullable String updateSource = fields.text(UPDATE);
    Update update =
        updateSource == null
            ? LegacyUpdates.of(fields)
            : Expressions.update(updateSource, substitutions);
    @Nullable Condition condition = ExpressionInputs.condition(fields, CONDITION, substitutions);
    substitutions.checkAllUsed();
    if (condition == null) {
      condition = LegacyConditions.expected(fields);
    }
    LegacyUpdates.newValues(fields)
        .forEach((name, value) -> ItemChecks.checkIndexKeys(table, name, value));
    checkKeysUntouched(update, table);
    return new Command.Modify(
        TableRef.of(table),
        key,
        update,
        condition,
        Choices.returnValues(fields),
        Choices.returnOnFailure(fields));
  }

  /** Fails when an update would change the key, or a part of an index key. */
  static void checkKeysUntouched(Update update, TableDescriptor table) {
    for (Update.Action action : update.actions()) {
      Path path = action.path();
      for (KeyAttribute attribute : table.keySchema().attributes()) {
        if (path.attribute().equals(attribute.name())) {
          throw ApiException.invalidMisfit(
              "Cannot update attribute "
                  + attribute.name()
                  + ". This attribute is part of the key");
        }
      }
      for (IndexKey key : IndexKey.of(table)) {
        if (!path.attribute().equals(key.attribute().name())) {
          continue;
        }
        if (path.isTopLevel()) {
          ItemChecks.checkIndexKeyUpdate(key, action);
        } else {
          throw ApiException.validation(
              "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
                  + "allowed: IndexKey: "
                  + key.attribute().name());
        }
      }
    }
  }
}
