package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.RequestHash;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.operation.TransactionItems.Target;
import dev.holdfast.node.dynamodb.partiql.SelectPlan;
import dev.holdfast.node.dynamodb.partiql.SelectedAttributes;
import dev.holdfast.node.dynamodb.partiql.Statement;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.command.TransactionRequest.Part;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs up to a hundred statements together: all reads of one moment, or all writes or none. */
final class ExecuteTransaction implements Operation {
  private static final String STATEMENTS = "TransactStatements";
  private static final String TOKEN = "ClientRequestToken";
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shape.optional(TOKEN, Shape.text(1, ClientToken.LENGTH_MAX)),
          Shapes.CAPACITY,
          Shape.required(
              STATEMENTS,
              Shape.listOf(
                  Shape.structure(
                      StatementRequest.TEXT, StatementRequest.VALUES, Shapes.ON_FAILURE),
                  1,
                  TransactionRequest.ACTION_COUNT_MAX)));

  private final TransactionAccess transactions;

  /** A statement and its place among the others, which messages name. */
  private record Element(int index, StatementRequest asked) {
    /** What a function makes of the element; what is wrong with it is said with its place. */
    static <T> T named(int index, Supplier<T> function) {
      try {
        return function.get();
      } catch (ApiException e) {
        if (e.type() != ErrorType.VALIDATION) {
          throw e;
        }
        throw ApiException.validation(
            "Validation failed in TransactStatements[" + index + "]: " + e.text());
      }
    }
  }

  /** What is read for an element, and what is to be shown of it. */
  private record Selected(TransactionGet get, SelectedAttributes attributes) {}

  ExecuteTransaction(TransactionAccess transactions) {
    this.transactions = transactions;
  }

  @Override
  public String name() {
    return "ExecuteTransaction";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    List<Fields> given = Objects.requireNonNull(request.fields().list(STATEMENTS));
    List<List<EncodedValue>> parameters = // what is wrong with these is said without their place
        given.stream().map(StatementRequest::parametersOf).toList();
    List<Element> elements = new ArrayList<>();
    for (Fields fields : given) {
      int index = elements.size();
      elements.add(
          new Element(
              index,
              Element.named(index, () -> StatementRequest.of(fields, parameters.get(index)))));
    }
    boolean isRead = isRead(elements);
    Set<String> names = new LinkedHashSet<>();
    elements.forEach(element -> names.add(element.asked().table()));
    return transactions.withKnownTables(
        request,
        names,
        tables -> isRead ? read(request, elements, tables) : write(request, elements, tables));
  }

  /** Fails when a statement that its table knows asks for what a transaction does not do. */
  private static void requireTransactional(StatementRequest asked) {
    Statement statement = asked.statement();
    if ((statement instanceof Statement.Update update && returns(update.returning()))
        || (statement instanceof Statement.Delete delete && returns(delete.returning()))) {
      throw ApiException.validation("RETURNING clause is not supported in ExecuteTransaction.");
    }
    if (statement.isRead() && statement.source().index() != null) {
      throw ApiException.validation("Reads on indices are not supported within transactions.");
    }
  }

  private static boolean returns(ReturnValues returning) {
    return returning != ReturnValues.NONE;
  }

  private static boolean isRead(List<Element> elements) {
    long reads = elements.stream().filter(element -> element.asked().statement().isRead()).count();
    if (reads > 0 && reads < elements.size()) {
      throw ApiException.validation(
          "ExecuteTransaction API does not support both read and write operations in the same "
              + "request.");
    }
    return reads > 0;
  }

  private CompletableFuture<JsonOutput> read(
      Request request, List<Element> elements, Map<String, TableDescriptor> tables) {
    List<Selected> selected =
        TransactionItems.checked(
            elements,
            element -> {
              TableDescriptor table = TableAccess.known(tables, element.asked().table());
              return Element.named(element.index(), () -> get(element.asked(), table));
            });
    List<TransactionGet> gets = selected.stream().map(Selected::get).toList();
    return transactions
        .get(request, gets)
        .thenApply(found -> answer(request.fields(), selected, found));
  }

  private static Target<Selected> get(StatementRequest asked, TableDescriptor table) {
    requireTransactional(asked);
    SelectPlan plan =
        StatementRequest.fitting(
            () -> asked.planner(table).select((Statement.Select) asked.statement()));
    Item single = plan.singleKey(table.keySchema());
    if (single == null) {
      throw ApiException.validation(
          "Select statements within ExecuteTransaction must specify the primary key in the where "
              + "clause.");
    }
    Item key = ItemChecks.checkedKey(single, table.keySchema());
    Read.Get get = new Read.Get(TableRef.of(table), key, plan.projection());
    return new Target<>(
        new Selected(new TransactionGet(table.name(), get), plan.selected()), table, key);
  }

  private static JsonOutput answer(
      Fields fields, List<Selected> selected, List<ReadResult.Found> found) {
    long bytes = 0;
    Map<String, Capacity> capacities = new LinkedHashMap<>();
    JsonOutput output = new JsonOutput().beginObject().name("Responses").beginArray();
    for (int i = 0; i < selected.size(); i++) {
      ReadResult.Found each = found.get(i);
      bytes += each.itemBytes();
      capacities
          .computeIfAbsent(
              selected.get(i).get().tableName(),
              name -> new Capacity(name, Capacity.Work.TRANSACTIONAL_READ))
          .addTableRead(Capacity.readUnits(each.itemBytes(), true));
      output.beginObject();
      Item item = each.item();
      if (item != null) {
        output.name("Item").item(selected.get(i).attributes().of(item));
      }
      output.endObject();
    }
    TransactionItems.checkBytes(bytes);
    output.endArray();
    Futures.writeCapacities(output, fields, new ArrayList<>(capacities.values()));
    return output.endObject();
  }

  private CompletableFuture<JsonOutput> write(
      Request request, List<Element> elements, Map<String, TableDescriptor> tables) {
    List<Part> parts =
        TransactionItems.checked(
            elements,
            element -> {
              TableDescriptor table = TableAccess.known(tables, element.asked().table());
              TransactionAction action =
                  Element.named(element.index(), () -> action(element.asked(), table));
              return new Target<>(new Part(table.name(), action), table, action.keyOrItem());
            });
    TransactionItems.checkBytes(
        parts.stream().mapToLong(part -> part.action().keyOrItem().sizeBytes()).sum());
    Fields fields = request.fields();
    TransactionRequest transaction =
        new TransactionRequest(request.identity().id(), token(fields), parts);
    return transactions
        .transact(request, transaction)
        .handle(
            (result, failure) -> {
              if (failure != null) {
                throw new CompletionException(withDuplicates(Futures.cause(failure), parts));
              }
              JsonOutput output = new JsonOutput().beginObject();
              output.name("Responses").beginArray().endArray();
              return new TransactionAnswer(fields, parts, tables).into(output, result).endObject();
            });
  }

  private static TransactionAction action(StatementRequest asked, TableDescriptor table) {
    requireTransactional(asked);
    return asked.action(table);
  }

  /** What is asked for counts, not what is to be said of it: that may differ in a repetition. */
  private static @Nullable ClientToken token(Fields fields) {
    @Nullable String text = fields.text(TOKEN);
    List<Fields> given = Objects.requireNonNull(fields.list(STATEMENTS));
    return text == null
        ? null
        : new ClientToken(text, RequestHash.of(given, ClientToken.HASH_BYTES));
  }

  /** A transaction that was cancelled says of an INSERT that its item is there already. */
  private static Throwable withDuplicates(Throwable failure, List<Part> parts) {
    return failure instanceof ApiException error && error.type() == ErrorType.TRANSACTION_CANCELLED
        ? error.withDuplicates(index -> isInsert(parts, index), StatementRequest.DUPLICATE)
        : failure;
  }

  private static boolean isInsert(List<Part> parts, int index) {
    return parts.get(index).action() instanceof TransactionAction.Write write
        && write.write() instanceof Command.Put;
  }
}
