package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Lists table names in order. */
final class ListTables implements Operation {
  private static final int LIMIT_MAX = 100;
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shape.optional("ExclusiveStartTableName", Shapes.NAME),
          Shape.optional("Limit", Shape.between(1, LIMIT_MAX)));

  private final TableAccess tables;

  ListTables(TableAccess tables) {
    this.tables = tables;
  }

  @Override
  public String name() {
    return "ListTables";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    @Nullable Long limit = fields.whole("Limit");
    @Nullable String start = fields.text("ExclusiveStartTableName");
    MetaRead read = new MetaRead.ListTables(start, limit == null ? LIMIT_MAX : limit.intValue());
    return tables
        .store()
        .read(read, tables.readOptions(true))
        .thenApplyAsync(ListTables::answer, request.executor());
  }

  private static JsonOutput answer(ReadResult result) {
    if (!(result instanceof ReadResult.TableNames page)) {
      throw new IllegalStateException("a list of tables returned " + result);
    }
    JsonOutput output = new JsonOutput().beginObject().name("TableNames").beginArray();
    page.names().forEach(output::string);
    output.endArray();
    if (page.more() && !page.names().isEmpty()) {
      output.name("LastEvaluatedTableName").string(page.names().get(page.names().size() - 1));
    }
    return output.endObject();
  }
}
