package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.legacy.LegacyConditions;
import dev.holdfast.node.dynamodb.legacy.LegacyShapes;
import dev.holdfast.node.dynamodb.walk.ReadTarget;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads all items of a table or index, or one segment of them. */
final class Scan implements Operation {
  private static final long TOTAL_SEGMENTS_MAX = 1_000_000;
  private static final List<String> LEGACY =
      List.of("AttributesToGet", "ScanFilter", "ConditionalOperator");
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shape.optional(LegacyShapes.SCAN_FILTER, LegacyShapes.CONDITIONS),
          Shapes.START_KEY,
          Shapes.CAPACITY,
          Shapes.ATTRIBUTES_TO_GET,
          Shapes.TABLE_NAME_OF_ITEMS,
          Shapes.SELECT,
          Shape.optional("Segment", Shape.between(0, TOTAL_SEGMENTS_MAX - 1)),
          Shape.optional("TotalSegments", Shape.between(1, TOTAL_SEGMENTS_MAX)),
          Shapes.LIMIT,
          Shapes.CONSISTENT_READ,
          Shapes.CONDITIONAL_OPERATOR,
          Shapes.INDEX_NAME,
          Shapes.FILTER,
          Shapes.PROJECTION,
          Shapes.NAMES,
          Shapes.VALUES);

  private final TableAccess tables;

  Scan(TableAccess tables) {
    this.tables = tables;
  }

  @Override
  public String name() {
    return "Scan";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    String name = TableNames.of(fields);
    checkSegments(fields);
    boolean consistent = fields.isTrue("ConsistentRead");
    return tables.withTable(
        name,
        request.executor(),
        table -> {
          ReadTarget target = PagedReads.target(fields, table);
          return tables
              .read(request, target, Optional.of(scan(fields, target)), consistent)
              .thenApply(page -> PagedReads.answer(fields, target, page, consistent));
        });
  }

  private static void checkSegments(Fields fields) {
    Long segment = fields.whole("Segment");
    Long total = fields.whole("TotalSegments");
    if (segment == null && total != null) {
      throw ApiException.validation(
          "The Segment parameter is required but was not present in the request when parameter "
              + "TotalSegments is present");
    }
    if (segment != null && total == null) {
      throw ApiException.validation(
          "The TotalSegments parameter is required but was not present in the request when Segment "
              + "parameter is present");
    }
    if (segment != null && total != null && segment >= total) {
      throw ApiException.validation(
          "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
              + "Segment: "
              + segment
              + " is not less than TotalSegments: "
              + total);
    }
  }

  private static Read.Scan scan(Fields fields, ReadTarget target) {
    Substitutions substitutions =
        ExpressionInputs.of(
            fields, List.of(PagedReads.FILTER), List.of(Projections.EXPRESSION), LEGACY);
    Condition legacyFilter = LegacyConditions.filter(fields, LegacyShapes.SCAN_FILTER);
    Condition filter = ExpressionInputs.condition(fields, PagedReads.FILTER, substitutions);
    Projection projection = Projections.of(fields, substitutions);
    substitutions.checkAllUsed();
    if (filter == null) {
      filter = legacyFilter;
    }
    Read.Output output = PagedReads.output(fields, target, projection);
    String misfit = target.isIndex() ? PagedReads.START_KEY_INVALID : PagedReads.START_KEY_MISFIT;
    Paging paging = PagedReads.paging(fields, target, Paging.Order.ASCENDING, misfit);
    PagedReads.checkProjected(fields, target, projection);
    KeyRange range = range(fields, target);
    Item start = paging.exclusiveStart();
    if (start != null && !range.contains(target.routingKey(start))) {
      throw ApiException.validation(
          "The provided starting key is invalid: Exclusive start key must lie within the "
              + "segment");
    }
    return target.scan(range, paging, filter, output);
  }

  private static KeyRange range(Fields fields, ReadTarget target) {
    Long segment = fields.whole("Segment");
    Long total = fields.whole("TotalSegments");
    return segment == null || total == null
        ? target.range()
        : target.segment(segment.intValue(), total.intValue());
  }
}
