package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.json.TableArns;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Puts and deletes up to 25 items, each on its own. The whole batch is checked before anything is
 * written. Writes that were throttled, or met a transaction, come back unprocessed.
 */
final class BatchWriteItem implements Operation {
  private static final int WRITE_COUNT_MAX = 25;
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.CAPACITY,
          Shapes.COLLECTION_METRICS,
          Shape.required(
              "RequestItems",
              new Shape.MapOf(
                  Shapes.TABLE_OF_ITEMS,
                  Shape.listOf(
                      Shape.structure(
                          Shape.optional("PutRequest", Shape.structure(Shapes.ITEM)),
                          Shape.optional("DeleteRequest", Shape.structure(Shapes.KEY))),
                      1,
                      WRITE_COUNT_MAX))));

  private final TableAccess tables;

  /** One write: an item to put, or a key to delete. */
  private record Write(boolean isPut, Item item, Item key) {}

  /** What became of the writes to one table; a null among {@code results} is unprocessed. */
  private record TableWrites(
      TableDescriptor table, List<Write> writes, List<Result.@Nullable Written> results) {}

  BatchWriteItem(TableAccess tables) {
    this.tables = tables;
  }

  @Override
  public String name() {
    return "BatchWriteItem";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    Map<String, List<Fields>> asked = asked(fields);
    List<CompletableFuture<List<Write>>> checks = new ArrayList<>();
    asked.forEach(
        (name, parts) ->
            checks.add(
                tables.withTable(
                    name,
                    request.executor(),
                    table -> CompletableFuture.completedFuture(writes(table, parts)))));
    return Futures.all(checks)
        .thenCompose(checked -> writeAll(request, asked))
        .thenApplyAsync(all -> answer(fields, all), request.executor());
  }

  private CompletableFuture<List<TableWrites>> writeAll(
      Request request, Map<String, List<Fields>> asked) {
    List<CompletableFuture<TableWrites>> writes = new ArrayList<>();
    asked.forEach(
        (name, parts) ->
            writes.add(
                tables.withTable(
                    name,
                    request.executor(),
                    table -> writeTable(request, table, writes(table, parts)))));
    return Futures.all(writes);
  }

  private static Map<String, List<Fields>> asked(Fields fields) {
    Map<String, List<Fields>> given = fields.map("RequestItems");
    if (given == null || given.isEmpty()) {
      throw ApiException.validation("The requestItems parameter is required for BatchWriteItem");
    }
    Map<String, List<Fields>> asked = new LinkedHashMap<>();
    int count = 0;
    for (Map.Entry<String, List<Fields>> entry : given.entrySet()) {
      String name = TableArns.tableName(entry.getKey());
      for (Fields part : entry.getValue()) {
        if (part.has("PutRequest") == part.has("DeleteRequest")) {
          throw ApiException.validation(
              "Supplied AttributeValue has more than one datatypes set, must contain exactly one "
                  + "of the supported datatypes");
        }
      }
      count += entry.getValue().size();
      if (asked.put(name, entry.getValue()) != null) {
        throw TableNames.namedTwice(name);
      }
    }
    if (count > WRITE_COUNT_MAX) {
      throw ApiException.validation("Too many items requested for the BatchWriteItem call");
    }
    return asked;
  }

  private static List<Write> writes(TableDescriptor table, List<Fields> parts) {
    List<Write> writes = new ArrayList<>();
    Set<Item> keys = new HashSet<>();
    for (Fields part : parts) {
      Write write = write(table, part);
      if (!keys.add(write.key())) {
        throw ApiException.validation("Provided list of item keys contains duplicates");
      }
      writes.add(write);
    }
    return writes;
  }

  private static Write write(TableDescriptor table, Fields part) {
    Fields put = part.fields("PutRequest");
    if (put != null) {
      AttributeMap given = Objects.requireNonNull(put.attributes("Item"));
      Item item = ItemChecks.checkedBatchItem(given.item(), table);
      return new Write(true, item, item.keyOf(table.keySchema()));
    }
    Fields delete = part.fields("DeleteRequest");
    Item key = ItemChecks.requiredKey(Objects.requireNonNull(delete), table);
    return new Write(false, key, key);
  }

  private CompletableFuture<TableWrites> writeTable(
      Request request, TableDescriptor table, List<Write> writes) {
    TableRef ref = TableRef.of(table);
    List<CompletableFuture<Result.@Nullable Written>> results = new ArrayList<>();
    for (Write write : writes) {
      Command.ItemWrite command =
          write.isPut()
              ? new Command.Put(ref, write.item(), null, ReturnValues.NONE, ReturnOnFailure.NONE)
              : new Command.Delete(ref, write.key(), null, ReturnValues.NONE, ReturnOnFailure.NONE);
      results.add(
          Futures.nullWhen(
              BatchWriteItem::leavesUnprocessed,
              tables.write(
                  request,
                  table,
                  command,
                  request
                      .identity()
                      .idOf(KeyEncoding.routingKey(table.id(), table.keySchema(), write.key())))));
    }
    return Futures.all(results).thenApply(done -> new TableWrites(table, writes, done));
  }

  /** A write that did nothing and may succeed when it is tried again. */
  private static boolean leavesUnprocessed(Throwable failure) {
    return failure instanceof ThrottledException
        || (failure instanceof ApiException error
            && (error.type() == ErrorType.TRANSACTION_CONFLICT
                || error.type() == ErrorType.THROUGHPUT_EXCEEDED));
  }

  private static JsonOutput answer(Fields fields, List<TableWrites> all) {
    if (all.stream().flatMap(each -> each.results().stream()).allMatch(each -> each == null)) {
      throw new ApiException(
          ErrorType.THROUGHPUT_EXCEEDED,
          "Every write of the batch was throttled or met a transaction; try again");
    }
    List<Capacity> capacities = new ArrayList<>();
    JsonOutput output = new JsonOutput().beginObject().name("UnprocessedItems").beginObject();
    for (TableWrites each : all) {
      Capacity capacity = new Capacity(each.table().name());
      capacities.add(capacity);
      List<Write> unprocessed = new ArrayList<>();
      for (int i = 0; i < each.writes().size(); i++) {
        Result.Written result = each.results().get(i);
        if (result == null) {
          unprocessed.add(each.writes().get(i));
        } else {
          capacity.add(result.cost(), each.table());
        }
      }
      if (!unprocessed.isEmpty()) {
        writeUnprocessed(output, each.table().name(), unprocessed);
      }
    }
    output.endObject();
    if (Choices.wantsCollectionMetrics(fields)) {
      writeCollectionMetrics(output, all);
    }
    Futures.writeCapacities(output, fields, capacities);
    return output.endObject();
  }

  private static void writeUnprocessed(JsonOutput output, String table, List<Write> writes) {
    output.name(table).beginArray();
    for (Write write : writes) {
      output
          .beginObject()
          .name(write.isPut() ? "PutRequest" : "DeleteRequest")
          .beginObject()
          .name(write.isPut() ? "Item" : "Key")
          .item(write.item())
          .endObject()
          .endObject();
    }
    output.endArray();
  }

  private static void writeCollectionMetrics(JsonOutput output, List<TableWrites> all) {
    output.name("ItemCollectionMetrics").beginObject();
    for (TableWrites each : all) {
      if (!each.table().localIndexes().isEmpty()) {
        output.name(each.table().name()).beginArray();
        for (int i = 0; i < each.writes().size(); i++) {
          Result.Written result = each.results().get(i);
          if (result != null) {
            Item key = each.writes().get(i).key();
            WriteAnswers.collectionMetrics(output, each.table(), key, result.cost());
          }
        }
        output.endArray();
      }
    }
    output.endObject();
  }
}
