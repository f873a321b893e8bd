package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads one item by its key. */
final class GetItem implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.CAPACITY,
          Shapes.ATTRIBUTES_TO_GET,
          Shapes.TABLE_NAME_OF_ITEMS,
          Shapes.KEY,
          Shapes.CONSISTENT_READ,
          Shapes.PROJECTION,
          Shapes.NAMES);

  private final TableAccess tables;

  GetItem(TableAccess tables) {
    this.tables = tables;
  }

  @Override
  public String name() {
    return "GetItem";
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
          Item key = ItemChecks.requiredKey(fields, table);
          Substitutions substitutions =
              ExpressionInputs.of(
                  fields, List.of(), List.of(Projections.EXPRESSION), Projections.LEGACY);
          Projection projection = Projections.of(fields, substitutions);
          substitutions.checkAllUsed();
          Read.Get get = new Read.Get(TableRef.of(table), key, projection);
          return tables
              .get(request, table, get, consistent)
              .thenApply(found -> answer(fields, name, found, consistent));
        });
  }

  private static JsonOutput answer(
      Fields fields, String table, ReadResult.Found found, boolean consistent) {
    JsonOutput output = new JsonOutput().beginObject();
    Item item = found.item();
    if (item != null) {
      output.name("Item").item(item);
    }
    Capacity capacity = new Capacity(table);
    capacity.addTableRead(Capacity.readUnits(found.itemBytes(), consistent));
    capacity.writeMember(output, Capacity.detail(fields));
    return output.endObject();
  }
}
