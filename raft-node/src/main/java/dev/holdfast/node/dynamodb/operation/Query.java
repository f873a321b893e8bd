package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.legacy.LegacyConditions;
import dev.holdfast.node.dynamodb.legacy.LegacyKeyConditions;
import dev.holdfast.node.dynamodb.legacy.LegacyShapes;
import dev.holdfast.node.dynamodb.walk.ReadTarget;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.parser.KeyConditions;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the items of one partition key, in the order of the sort key. */
final class Query implements Operation {
  private static final String KEY_CONDITION = "KeyConditionExpression";

  /** KeyConditions go with a FilterExpression and a ProjectionExpression. */
  private static final List<String> LEGACY =
      List.of("AttributesToGet", "QueryFilter", "ConditionalOperator");

  private static final List<String> LEGACY_WITH_KEYS =
      List.of("AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions");
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shape.optional(LegacyShapes.QUERY_FILTER, LegacyShapes.CONDITIONS),
          Shapes.START_KEY,
          Shapes.CAPACITY,
          Shape.optional("ScanIndexForward", Shape.TRUTH),
          Shapes.ATTRIBUTES_TO_GET,
          Shapes.TABLE_NAME_OF_ITEMS,
          Shapes.SELECT,
          Shapes.LIMIT,
          Shapes.CONSISTENT_READ,
          Shape.optional(LegacyShapes.KEY_CONDITIONS, LegacyShapes.CONDITIONS),
          Shapes.CONDITIONAL_OPERATOR,
          Shapes.INDEX_NAME,
          Shape.optional(KEY_CONDITION, Shape.TEXT),
          Shapes.FILTER,
          Shapes.PROJECTION,
          Shapes.NAMES,
          Shapes.VALUES);

  private final TableAccess tables;

  Query(TableAccess tables) {
    this.tables = tables;
  }

  @Override
  public String name() {
    return "Query";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    String name = TableNames.of(fields);
    boolean consistent = fields.isTrue("ConsistentRead");
    return tables.withTable(
        name,
        request.executor(),
        table -> {
          ReadTarget target = PagedReads.target(fields, table);
          return tables
              .read(request, target, query(fields, target), consistent)
              .thenApply(page -> PagedReads.answer(fields, target, page, consistent));
        });
  }

  /**
   * The expressions are understood first, in the order of dynalite's tests ({@code query.js}: keys,
   * filter, projection), then what they mean for the table; a starting key before the filter.
   */
  private static Optional<Read> query(Fields fields, ReadTarget target) {
    Substitutions substitutions =
        ExpressionInputs.of(
            fields,
            List.of(PagedReads.FILTER, KEY_CONDITION),
            List.of(Projections.EXPRESSION),
            fields.has(KEY_CONDITION) ? LEGACY_WITH_KEYS : LEGACY,
            ExpressionInputs.Wording.QUERY);
    Condition legacyFilter = LegacyConditions.filter(fields, LegacyShapes.QUERY_FILTER);
    if (!fields.has(KEY_CONDITION) && !fields.has(LegacyShapes.KEY_CONDITIONS)) {
      throw ApiException.validation(
          "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
              + "request.");
    }
    Condition keyCondition = ExpressionInputs.condition(fields, KEY_CONDITION, substitutions);
    Condition filter = ExpressionInputs.condition(fields, PagedReads.FILTER, substitutions);
    Projection projection = Projections.of(fields, substitutions);
    substitutions.checkAllUsed();
    Supplier<KeyConditions> conditions = keyConditions(fields, keyCondition, target);
    if (filter == null) {
      filter = legacyFilter;
    }
    Read.Output output = PagedReads.output(fields, target, projection);
    KeyBounds bounds = KeyBounds.of(conditions.get(), target);
    Paging paging = PagedReads.paging(fields, target, order(fields), PagedReads.START_KEY_INVALID);
    PagedReads.checkProjected(fields, target, projection);
    Item start = paging.exclusiveStart();
    if (start != null) {
      bounds.requireInside(start);
    }
    if (filter != null) {
      String name = legacyFilter == null ? "Filter Expression" : LegacyShapes.QUERY_FILTER;
      checkFilter(name, filter, target);
      PagedReads.checkFilterProjected(filter, target);
    }
    return target.query(bounds.interval(), paging, filter, output);
  }

  private static Paging.Order order(Fields fields) {
    return Boolean.FALSE.equals(fields.truth("ScanIndexForward"))
        ? Paging.Order.DESCENDING
        : Paging.Order.ASCENDING;
  }

  /**
   * What bounds the key; the old parameter may mean different bounds for different keys.
   *
   * @param condition of the expression; null when the request has the old parameter
   */
  private static Supplier<KeyConditions> keyConditions(
      Fields fields, @Nullable Condition condition, ReadTarget target) {
    int attributeCount = target.keyAttributes().size();
    if (condition == null) {
      LegacyKeyConditions legacy = LegacyKeyConditions.of(fields, attributeCount);
      return () -> legacy.bounds(target.partitionKey(), target.sortKey());
    }
    KeyConditions bounds = KeyConditions.of(condition, attributeCount);
    return () -> bounds;
  }

  private static void checkFilter(String name, Condition filter, ReadTarget target) {
    for (Path path : ConditionPaths.of(filter)) {
      boolean isKey = isKey(path, target.keyAttributes());
      boolean isKeyOfTable = isKey(path, target.table().keySchema().attributes());
      if (!path.isTopLevel() && (isKey || isKeyOfTable)) {
        throw KeyBounds.notScalar(path.attribute());
      }
      if (isKey) {
        throw ApiException.validation(
            name
                + " can only contain non-primary key attributes: Primary key attribute: "
                + path.attribute());
      }
    }
  }

  private static boolean isKey(Path path, List<KeyAttribute> attributes) {
    return attributes.stream().anyMatch(attribute -> attribute.name().equals(path.attribute()));
  }
}
