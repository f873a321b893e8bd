package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.partiql.ContinuationToken;
import dev.holdfast.node.dynamodb.partiql.SelectPlan;
import dev.holdfast.node.dynamodb.partiql.Statement;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runs one statement of PartiQL. */
final class ExecuteStatement implements Operation {
  /** Source: AWS API reference, "ExecuteStatement". */
  private static final int TOKEN_LENGTH_MAX = 32768;

  private static final String NEXT_TOKEN = "NextToken";
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.CAPACITY,
          StatementRequest.TEXT,
          StatementRequest.VALUES,
          Shapes.CONSISTENT_READ,
          Shape.optional(NEXT_TOKEN, Shape.text(1, TOKEN_LENGTH_MAX)),
          Shapes.LIMIT,
          Shapes.ON_FAILURE);

  private final TableAccess tables;
  private final StatementWrites writes;

  ExecuteStatement(TableAccess tables) {
    this.tables = tables;
    this.writes = new StatementWrites(tables);
  }

  @Override
  public String name() {
    return "ExecuteStatement";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    StatementRequest asked = StatementRequest.of(request.fields());
    return tables.withTable(
        asked.table(),
        request.executor(),
        table ->
            asked.statement() instanceof Statement.Select select
                ? read(request, asked, table, select)
                : write(request, asked, table));
  }

  private CompletableFuture<JsonOutput> read(
      Request request, StatementRequest asked, TableDescriptor table, Statement.Select select) {
    Fields fields = request.fields();
    SelectPlan plan = asked.planner(table).select(select);
    @Nullable String token = fields.text(NEXT_TOKEN);
    @Nullable ContinuationToken from =
        token == null ? null : ContinuationToken.parse(token, asked.text(), asked.parameters());
    @Nullable Long limit = fields.whole("Limit");
    int itemsMax = limit == null ? Integer.MAX_VALUE : (int) Math.min(limit, Integer.MAX_VALUE);
    return new StatementReads(tables, request, table, plan, fields.isTrue("ConsistentRead"))
        .page(itemsMax, from)
        .thenApply(page -> answer(asked, page));
  }

  private static JsonOutput answer(StatementRequest asked, StatementReads.Page page) {
    JsonOutput output = items(page.items());
    ContinuationToken next = page.next();
    if (next != null) {
      output.name(NEXT_TOKEN).string(next.text(asked.text(), asked.parameters()));
      Item lastKey = next.lastKey();
      if (lastKey != null) {
        output.name("LastEvaluatedKey").item(lastKey);
      }
    }
    page.capacity().writeMember(output, Capacity.detail(asked.fields()));
    return output.endObject();
  }

  private CompletableFuture<JsonOutput> write(
      Request request, StatementRequest asked, TableDescriptor table) {
    Command.ItemWrite command = asked.write(table);
    if (request.fields().has(NEXT_TOKEN)) {
      throw ContinuationToken.invalid(); // a write has no second page
    }
    return writes
        .write(request, table, command, request.identity().id())
        .thenApply(written -> answer(request.fields(), table, written));
  }

  private static JsonOutput answer(Fields fields, TableDescriptor table, Result.Written written) {
    Item returned = StatementWrites.returned(written);
    JsonOutput output = items(returned == null ? List.of() : List.of(returned));
    Capacity capacity = new Capacity(table.name());
    capacity.add(written.cost(), table);
    capacity.writeMember(output, Capacity.detail(fields));
    return output.endObject();
  }

  private static JsonOutput items(List<Item> items) {
    JsonOutput output = new JsonOutput().beginObject().name("Items").beginArray();
    items.forEach(output::item);
    return output.endArray();
  }
}
