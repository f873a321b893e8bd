package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.legacy.LegacyConditions;
import dev.holdfast.node.dynamodb.legacy.LegacyShapes;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

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
          LocalIndex index = PagedReads.index(fields, table);
          Read.Scan scan = scan(fields, table, index);
          return tables
              .scan(request, table, scan, consistent)
              .thenApply(page -> PagedReads.answer(fields, table, index, page, consistent));
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

  private static Read.Scan scan(Fields fields, TableDescriptor table, @Nullable LocalIndex index) {
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
    Read.Output output = PagedReads.output(fields, index, projection);
    String misfit = index == null ? PagedReads.START_KEY_MISFIT : PagedReads.START_KEY_INVALID;
    Paging paging = PagedReads.paging(fields, table, index, Paging.Order.ASCENDING, misfit);
    KeyRange range = range(fields, table);
    Item start = paging.exclusiveStart();
    if (start != null) {
      Item tableKey = start.keyOf(table.keySchema());
      if (!range.contains(KeyEncoding.routingKey(table.id(), table.keySchema(), tableKey))) {
        throw ApiException.validation(
            "The provided starting key is invalid: Exclusive start key must lie within the "
                + "segment");
      }
    }
    return new Read.Scan(
        TableRef.of(table), index == null ? null : index.name(), range, paging, filter, output);
  }

  private static KeyRange range(Fields fields, TableDescriptor table) {
    Long segment = fields.whole("Segment");
    Long total = fields.whole("TotalSegments");
    return segment == null || total == null
        ? KeyEncoding.tableRange(table.id())
        : KeyEncoding.segment(table.id(), segment.intValue(), total.intValue());
  }
}
