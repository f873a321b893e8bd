package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.legacy.LegacyConditions;
import dev.holdfast.node.dynamodb.legacy.LegacyShapes;
import dev.holdfast.node.dynamodb.legacy.LegacyUpdates;
import dev.holdfast.node.dynamodb.operation.ExpressionInputs.Wording;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.parser.Expressions;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    AttributeMap given = Objects.requireNonNull(fields.attributes("Key"));
    return tables.withTable(
        name,
        request.executor(),
        table -> {
          Item key = ItemChecks.checkedKey(SingleWrite.checked(given::item), table.keySchema());
          Asked asked = SingleWrite.checked(() -> Asked.of(fields, Wording.SINGLE_WRITE));
          Command.Modify modify = command(fields, table, key, asked);
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

  /** What a request asks for, whatever its table is. */
  private record Asked(
      Update update, @Nullable Condition condition, Map<String, EncodedValue> newValues) {
    static Asked of(Fields fields, Wording wording) {
      Substitutions substitutions =
          ExpressionInputs.of(fields, List.of(UPDATE, CONDITION), List.of(), LEGACY, wording);
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
      return new Asked(update, condition, LegacyUpdates.newValues(fields));
    }
  }

  /** The command of an element of a transaction; its key is not checked. */
  static Command.Modify command(Fields fields, TableDescriptor table, Item key) {
    return command(fields, table, key, Asked.of(fields, Wording.OLDER));
  }

  private static Command.Modify command(
      Fields fields, TableDescriptor table, Item key, Asked asked) {
    asked.newValues().forEach((name, value) -> ItemChecks.checkIndexKeys(table, name, value));
    checkKeysUntouched(asked.update(), table);
    return new Command.Modify(
        TableRef.of(table),
        key,
        asked.update(),
        asked.condition(),
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
