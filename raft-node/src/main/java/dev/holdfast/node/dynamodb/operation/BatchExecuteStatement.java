package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.error.FailureTypes;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.partiql.SelectPlan;
import dev.holdfast.node.dynamodb.partiql.Statement;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs up to 25 statements that read or write one item each, every one for itself. */
final class BatchExecuteStatement implements Operation {
  private static final int COUNT_MAX = 25;
  private static final String STATEMENTS = "Statements";
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.CAPACITY,
          Shape.required(
              STATEMENTS,
              Shape.listOf(
                  Shape.structure(
                      StatementRequest.TEXT,
                      StatementRequest.VALUES,
                      Shapes.CONSISTENT_READ,
                      Shapes.ON_FAILURE),
                  1,
                  COUNT_MAX)));

  private final TableAccess tables;
  private final StatementWrites writes;

  /**
   * What one statement came to: one of item and error, or neither.
   *
   * @param cost null for nothing
   */
  private record Response(
      @Nullable String table,
      @Nullable Item item,
      @Nullable ApiException error,
      @Nullable Consumer<Capacity> cost) {
    /** One that has not reached its table. */
    static Response failed(ApiException error) {
      return new Response(null, null, error, null);
    }
  }

  /** A statement, or why it is none. */
  private record Element(@Nullable StatementRequest asked, @Nullable ApiException error) {}

  /**
   * What a statement is to do.
   *
   * @param table as it was when the statement was planned
   * @param key of the item that the statement is about
   * @param putBytes how large an item it puts, zero if it puts none
   */
  private record Plan(
      TableDescriptor table,
      Bytes key,
      int putBytes,
      Supplier<CompletableFuture<Response>> action) {}

  /** The plan of a statement, or why there is none. */
  private record Known(@Nullable Plan plan, @Nullable ApiException failure) {}

  BatchExecuteStatement(TableAccess tables) {
    this.tables = tables;
    this.writes = new StatementWrites(tables);
  }

  @Override
  public String name() {
    return "BatchExecuteStatement";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    List<Fields> given = Objects.requireNonNull(request.fields().list(STATEMENTS));
    List<Element> elements = given.stream().map(BatchExecuteStatement::element).toList();
    refuseMixture(elements);
    List<CompletableFuture<Known>> keys =
        elements.stream().map(element -> known(request, element)).toList();
    return Futures.all(keys)
        .thenComposeAsync(
            known -> {
              refuseDuplicates(known);
              return Futures.all(responses(request, elements, known));
            },
            request.executor())
        .thenApplyAsync(responses -> answer(request.fields(), responses), request.executor());
  }

  private static Element element(Fields fields) {
    try {
      return new Element(StatementRequest.of(fields), null);
    } catch (ApiException e) {
      return new Element(null, e);
    }
  }

  private static void refuseMixture(List<Element> elements) {
    Set<Boolean> kinds = new HashSet<>();
    for (Element element : elements) {
      StatementRequest asked = element.asked();
      if (asked != null && !(asked.statement() instanceof Statement.Exists)) {
        kinds.add(asked.statement().isRead());
      }
    }
    if (kinds.size() > 1) {
      throw ApiException.validation(
          "Read and write requests together in the same batch is not supported.");
    }
  }

  /** What a statement is to do, or why it has failed: such a one is not tried again. */
  private CompletableFuture<Known> known(Request request, Element element) {
    StatementRequest asked = element.asked();
    if (asked == null) {
      return CompletableFuture.completedFuture(new Known(null, element.error()));
    }
    CompletableFuture<Plan> plan =
        tables.withTable(
            asked.table(),
            request.executor(),
            table -> CompletableFuture.completedFuture(plan(request, asked, table)));
    return plan.handle(
        (found, failure) ->
            failure == null ? new Known(found, null) : new Known(null, expected(failure)));
  }

  /** The failure of one statement; fails with any that nobody expects. */
  private static ApiException expected(Throwable failure) {
    Throwable cause = Futures.cause(failure);
    ApiException error = FailureTypes.asError(cause);
    if (error == null) {
      throw new CompletionException(cause);
    }
    return error;
  }

  private static void refuseDuplicates(List<Known> statements) {
    Set<Bytes> seen = new HashSet<>();
    for (Known statement : statements) {
      Plan plan = statement.plan();
      if (plan != null && !seen.add(plan.key())) {
        throw ApiException.validation("Provided list of item keys contains duplicates");
      }
    }
  }

  private List<CompletableFuture<Response>> responses(
      Request request, List<Element> elements, List<Known> known) {
    List<CompletableFuture<Response>> responses = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      responses.add(response(request, elements.get(i), known.get(i)));
    }
    return responses;
  }

  private CompletableFuture<Response> response(Request request, Element element, Known known) {
    StatementRequest asked = element.asked();
    Plan plan = known.plan();
    if (asked == null || plan == null) {
      return CompletableFuture.completedFuture(
          Response.failed(Objects.requireNonNull(known.failure())));
    }
    CompletableFuture<Response> running =
        tables.withTable(
            asked.table(),
            request.executor(),
            table ->
                (table.equals(plan.table()) ? plan : plan(request, asked, table)).action().get());
    return running.handle(
        (response, failure) -> {
          if (failure == null) {
            return response;
          }
          ApiException error = expected(failure);
          return error.type() == ErrorType.RESOURCE_NOT_FOUND
              ? Response.failed(error)
              : refused(asked, plan, error);
        });
  }

  /**
   * A condition that fails costs what the write would have cost (AWS Developer Guide, "Conditional
   * writes"), which is said only where another statement succeeded (recorded from the service by
   * nubo-db/dynoxide).
   */
  private static Response refused(StatementRequest asked, Plan plan, ApiException error) {
    WriteCost cost = error.cost();
    int units =
        cost == null ? 0 : Math.max(Capacity.writeUnits(plan.putBytes()), cost.tableUnits());
    return new Response(asked.table(), null, error, capacity -> capacity.addFailed(units));
  }

  private Plan plan(Request request, StatementRequest asked, TableDescriptor table) {
    return asked.statement() instanceof Statement.Select select
        ? read(request, asked, table, select)
        : write(request, asked, table);
  }

  private static Bytes routingKey(TableDescriptor table, Item keyOrItem) {
    return KeyEncoding.routingKey(table.id(), table.keySchema(), keyOrItem);
  }

  private Plan read(
      Request request, StatementRequest asked, TableDescriptor table, Statement.Select select) {
    SelectPlan plan = asked.planner(table).select(select);
    Item key = plan.singleKey(table.keySchema());
    if (key == null) {
      throw ApiException.validation(
          "Select statements within BatchExecuteStatement must specify the primary key in the "
              + "where clause.");
    }
    Read.Get get =
        new Read.Get(
            TableRef.of(table), ItemChecks.checkedKey(key, table.keySchema()), plan.projection());
    boolean consistent = asked.fields().isTrue("ConsistentRead");
    return new Plan(
        table,
        routingKey(table, key),
        0,
        () ->
            tables
                .get(request, table, get, consistent)
                .thenApply(found -> response(table, plan, found, consistent)));
  }

  private static Response response(
      TableDescriptor table, SelectPlan plan, ReadResult.Found found, boolean consistent) {
    Item item = found.item();
    return new Response(
        table.name(),
        item == null ? null : plan.selected().of(item),
        null,
        capacity -> capacity.addTableRead(Capacity.readUnits(found.itemBytes(), consistent)));
  }

  private Plan write(Request request, StatementRequest asked, TableDescriptor table) {
    Command.ItemWrite command = asked.write(table);
    Bytes key = routingKey(table, command.keyOrItem());
    return new Plan(
        table,
        key,
        command instanceof Command.Put put ? put.item().sizeBytes() : 0,
        () ->
            writes
                .write(request, table, command, request.identity().idOf(key))
                .thenApply(
                    written ->
                        new Response(
                            table.name(),
                            StatementWrites.returned(written),
                            null,
                            capacity -> capacity.add(written.cost(), table))));
  }

  private static JsonOutput answer(Fields fields, List<Response> responses) {
    Map<String, Capacity> capacities = new LinkedHashMap<>();
    JsonOutput output = new JsonOutput().beginObject().name("Responses").beginArray();
    for (Response response : responses) {
      output.beginObject();
      if (response.error() != null) {
        write(output.name("Error"), response.error());
      }
      String table = response.table();
      if (table != null) {
        output.name("TableName").string(table);
        Consumer<Capacity> cost = response.cost();
        if (cost != null) {
          cost.accept(capacities.computeIfAbsent(table, Capacity::new));
        }
      }
      Item item = response.item();
      if (item != null) {
        output.name("Item").item(item);
      }
      output.endObject();
    }
    output.endArray();
    List<Capacity> spent = capacities.values().stream().filter(Capacity::isOfSuccess).toList();
    if (!spent.isEmpty()) {
      Futures.writeCapacities(output, fields, spent);
    }
    return output.endObject();
  }

  private static void write(JsonOutput output, ApiException error) {
    output.beginObject().name("Code").string(code(error.type()));
    output.name("Message").string(error.text());
    Item item = error.item();
    if (item != null) {
      output.name("Item").item(item);
    }
    output.endObject();
  }

  /** Source: AWS API reference, "BatchStatementError". */
  private static String code(ErrorType type) {
    return switch (type) {
      case CONDITION_FAILED -> "ConditionalCheckFailed";
      case DUPLICATE_ITEM -> "DuplicateItem";
      case COLLECTION_TOO_LARGE -> "ItemCollectionSizeLimitExceeded";
      case THROUGHPUT_EXCEEDED -> "ProvisionedThroughputExceeded";
      case THROTTLING -> "ThrottlingError";
      case TRANSACTION_CONFLICT -> "TransactionConflict";
      case RESOURCE_NOT_FOUND -> "ResourceNotFound";
      case UNAVAILABLE, INTERNAL -> "InternalServerError";
      default -> "ValidationError";
    };
  }
}
