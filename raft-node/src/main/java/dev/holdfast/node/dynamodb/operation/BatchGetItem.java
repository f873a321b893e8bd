package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.json.TableArns;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.parser.Substitutions;
import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads up to a hundred items; keys that were throttled or did not fit come back unprocessed. */
final class BatchGetItem implements Operation {
  private static final int KEY_COUNT_MAX = 100;
  private static final long ANSWER_BYTES_MAX = 16L << 20;
  private static final String KEYS = "Keys";
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.CAPACITY,
          Shape.required(
              "RequestItems",
              new Shape.MapOf(
                  Shapes.TABLE_OF_ITEMS,
                  Shape.structure(
                      Shapes.ATTRIBUTES_TO_GET,
                      // its length is checked below: there the service has words of its own
                      Shape.required(KEYS, new Shape.ListOf(Shape.ATTRIBUTES)),
                      Shapes.CONSISTENT_READ,
                      Shapes.PROJECTION,
                      Shapes.NAMES))));

  private final TableAccess tables;

  /** What was read of one table; a null among {@code found} was throttled. */
  private record TableReads(
      TableDescriptor table,
      Fields asked,
      List<Item> keys,
      List<ReadResult.@Nullable Found> found) {}

  BatchGetItem(TableAccess tables) {
    this.tables = tables;
  }

  @Override
  public String name() {
    return "BatchGetItem";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    Map<String, Fields> asked = asked(fields);
    List<CompletableFuture<TableReads>> reads = new ArrayList<>();
    asked.forEach(
        (name, part) ->
            reads.add(
                tables.withTable(
                    name, request.executor(), table -> readAll(request, table, part))));
    return Futures.all(reads).thenApplyAsync(all -> answer(fields, all), request.executor());
  }

  private static Map<String, Fields> asked(Fields fields) {
    Map<String, Fields> given = fields.map("RequestItems");
    if (given == null || given.isEmpty()) {
      throw ApiException.validation(
          "1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: "
              + "Member must have length greater than or equal to 1");
    }
    Map<String, Fields> asked = new LinkedHashMap<>();
    int count = 0;
    for (Map.Entry<String, Fields> entry : given.entrySet()) {
      String name = TableArns.tableName(entry.getKey());
      List<AttributeMap> keys = entry.getValue().list(KEYS);
      if (keys == null || keys.isEmpty()) {
        throw ApiException.validation(
            "The list of keys in RequestItems for BatchGetItem is required: "
                + name
                + " has empty list");
      }
      if (keys.size() > KEY_COUNT_MAX) {
        throw ApiException.validation(
            "1 validation error detected: Value at 'RequestItems."
                + name
                + ".member.Keys' failed to satisfy constraint: Member must have length less than "
                + "or equal to "
                + KEY_COUNT_MAX);
      }
      count += keys.size();
      if (asked.put(name, entry.getValue()) != null) {
        throw TableNames.namedTwice(name);
      }
    }
    if (count > KEY_COUNT_MAX) {
      throw ApiException.validation("Too many items requested for the BatchGetItem call");
    }
    ExpressionInputs.requireOneKind(
        asked.values(), Projections.EXPRESSION, Projections.LEGACY_LIST);
    return asked;
  }

  private CompletableFuture<TableReads> readAll(
      Request request, TableDescriptor table, Fields part) {
    Substitutions substitutions =
        ExpressionInputs.of(part, List.of(), List.of(Projections.EXPRESSION), Projections.LEGACY);
    Projection projection = Projections.of(part, substitutions);
    substitutions.checkAllUsed();
    List<AttributeMap> given = part.list(KEYS);
    List<Item> keys = new ArrayList<>();
    Set<Item> distinct = new HashSet<>();
    for (AttributeMap each : given == null ? List.<AttributeMap>of() : given) {
      Item key = ItemChecks.checkedKey(each.item(), table.keySchema());
      if (!distinct.add(key)) {
        throw ApiException.validation("Provided list of item keys contains duplicates");
      }
      keys.add(key);
    }
    boolean consistent = part.isTrue("ConsistentRead");
    TableRef ref = TableRef.of(table);
    List<CompletableFuture<ReadResult.@Nullable Found>> reads = new ArrayList<>();
    for (Item key : keys) {
      reads.add(
          Futures.nullWhen(
              ThrottledException.class::isInstance,
              tables.get(request, table, new Read.Get(ref, key, projection), consistent)));
    }
    return Futures.all(reads).thenApply(found -> new TableReads(table, part, keys, found));
  }

  private static JsonOutput answer(Fields fields, List<TableReads> all) {
    long bytes = 0;
    int answeredCount = 0;
    Map<String, List<Item>> unprocessed = new LinkedHashMap<>();
    List<Capacity> capacities = new ArrayList<>();
    JsonOutput output = new JsonOutput().beginObject().name("Responses").beginObject();
    for (TableReads reads : all) {
      String name = reads.table().name();
      boolean consistent = reads.asked().isTrue("ConsistentRead");
      Capacity capacity = new Capacity(name);
      capacities.add(capacity);
      output.name(name).beginArray();
      for (int i = 0; i < reads.keys().size(); i++) {
        ReadResult.Found found = reads.found().get(i);
        if (found == null || bytes > ANSWER_BYTES_MAX - found.itemBytes()) {
          unprocessed.computeIfAbsent(name, key -> new ArrayList<>()).add(reads.keys().get(i));
          continue;
        }
        bytes += found.itemBytes();
        answeredCount++;
        capacity.addTableRead(Capacity.readUnits(found.itemBytes(), consistent));
        Item item = found.item();
        if (item != null) {
          output.item(item);
        }
      }
      output.endArray();
    }
    if (answeredCount == 0) {
      throw new ApiException(
          ErrorType.THROUGHPUT_EXCEEDED, "Every key of the batch was throttled; try again");
    }
    output.endObject().name("UnprocessedKeys").beginObject();
    for (TableReads reads : all) {
      List<Item> keys = unprocessed.get(reads.table().name());
      if (keys != null) {
        writeUnprocessed(output, reads, keys);
      }
    }
    output.endObject();
    Futures.writeCapacities(output, fields, capacities);
    return output.endObject();
  }

  private static void writeUnprocessed(JsonOutput output, TableReads reads, List<Item> keys) {
    Fields asked = reads.asked();
    output.name(reads.table().name()).beginObject().name(KEYS).beginArray();
    keys.forEach(output::item);
    output.endArray();
    Boolean consistent = asked.truth("ConsistentRead");
    if (consistent != null) {
      output.name("ConsistentRead").bool(consistent);
    }
    String projection = asked.text(Projections.EXPRESSION);
    if (projection != null) {
      output.name(Projections.EXPRESSION).string(projection);
    }
    Map<String, String> names = asked.map("ExpressionAttributeNames");
    if (names != null) {
      output.name("ExpressionAttributeNames").beginObject();
      names.forEach((key, name) -> output.name(key).string(name));
      output.endObject();
    }
    List<String> attributes = asked.list(Projections.LEGACY_LIST);
    if (attributes != null) {
      output.name(Projections.LEGACY_LIST).beginArray();
      attributes.forEach(output::string);
      output.endArray();
    }
    output.endObject();
  }
}
