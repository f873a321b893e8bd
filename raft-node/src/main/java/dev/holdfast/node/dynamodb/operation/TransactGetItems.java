package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.operation.TransactionItems.Target;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Reads up to a hundred items of any tables as they are at one moment. */
final class TransactGetItems implements Operation {
  private static final String GET = "Get";
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.CAPACITY,
          TransactionItems.declared(
              Shape.structure(
                  Shape.required(
                      GET,
                      Shape.structure(
                          Shapes.KEY,
                          Shapes.TABLE_NAME_OF_ITEMS,
                          Shapes.PROJECTION,
                          Shapes.NAMES)))));

  private final TransactionAccess transactions;

  TransactGetItems(TransactionAccess transactions) {
    this.transactions = transactions;
  }

  @Override
  public String name() {
    return "TransactGetItems";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    List<Fields> asked = asked(fields);
    Set<String> names = new LinkedHashSet<>();
    asked.forEach(get -> names.add(table(get)));
    return transactions.withTables(
        request,
        names,
        tables -> {
          List<TransactionGet> gets =
              TransactionItems.checked(asked, get -> get(get, TableAccess.of(tables, table(get))));
          return transactions.get(request, gets).thenApply(found -> answer(fields, gets, found));
        });
  }

  private static List<Fields> asked(Fields fields) {
    return TransactionItems.given(fields).stream()
        .map(element -> Objects.requireNonNull(element.fields(GET)))
        .toList();
  }

  private static String table(Fields get) {
    return TableNames.of(get);
  }

  private static Target<TransactionGet> get(Fields get, TableDescriptor table) {
    Substitutions substitutions =
        ExpressionInputs.of(get, List.of(), List.of(Projections.EXPRESSION), List.of());
    Projection projection = Projections.of(get, substitutions);
    substitutions.checkAllUsed();
    AttributeMap given = Objects.requireNonNull(get.attributes("Key"));
    Item key = ItemChecks.checkedKey(given.item(), table.keySchema());
    Read.Get read = new Read.Get(TableRef.of(table), key, projection);
    return new Target<>(new TransactionGet(table.name(), read), table, key);
  }

  private static JsonOutput answer(
      Fields fields, List<TransactionGet> gets, List<ReadResult.Found> found) {
    long bytes = 0;
    Map<String, Capacity> capacities = new LinkedHashMap<>();
    JsonOutput output = new JsonOutput().beginObject().name("Responses").beginArray();
    for (int i = 0; i < gets.size(); i++) {
      ReadResult.Found each = found.get(i);
      bytes += each.itemBytes();
      capacities
          .computeIfAbsent(
              gets.get(i).tableName(), name -> new Capacity(name, Capacity.Work.TRANSACTIONAL_READ))
          .addTableRead(Capacity.readUnits(each.itemBytes(), true));
      output.beginObject();
      Item item = each.item();
      if (item != null) {
        output.name("Item").item(item);
      }
      output.endObject();
    }
    TransactionItems.checkBytes(bytes);
    output.endArray();
    Futures.writeCapacities(output, fields, new ArrayList<>(capacities.values()));
    return output.endObject();
  }
}
