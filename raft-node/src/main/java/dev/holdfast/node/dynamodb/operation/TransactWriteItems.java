package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.RequestHash;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.operation.TransactionItems.Target;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.command.TransactionRequest.Part;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Writes and checks up to a hundred items of any tables: all of them or none. */
final class TransactWriteItems implements Operation {
  private static final String TOKEN = "ClientRequestToken";
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shape.optional(TOKEN, Shape.text(1, ClientToken.LENGTH_MAX)),
          Shapes.CAPACITY,
          Shapes.COLLECTION_METRICS,
          TransactionItems.declared(TransactionElement.SHAPE));

  private final TransactionAccess transactions;

  TransactWriteItems(TransactionAccess transactions) {
    this.transactions = transactions;
  }

  @Override
  public String name() {
    return "TransactWriteItems";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    List<Fields> given = TransactionItems.given(fields);
    List<TransactionElement> elements = given.stream().map(TransactionElement::of).toList();
    Set<String> names = new LinkedHashSet<>();
    elements.forEach(element -> names.add(element.table()));
    return transactions.withTables(
        request,
        names,
        tables -> {
          List<Part> parts = parts(elements, tables);
          TransactionRequest transaction =
              new TransactionRequest(request.identity().id(), token(fields, given), parts);
          return transactions
              .transact(request, transaction)
              .thenApply(result -> new TransactionAnswer(fields, parts, tables).of(result));
        });
  }

  private static List<Part> parts(
      List<TransactionElement> elements, Map<String, TableDescriptor> tables) {
    List<Part> parts =
        TransactionItems.checked(
            elements,
            element -> {
              TableDescriptor table = TableAccess.of(tables, element.table());
              TransactionAction action = element.action(table);
              return new Target<>(new Part(table.name(), action), table, action.keyOrItem());
            });
    long bytes = 0;
    for (Part part : parts) {
      bytes += part.action().keyOrItem().sizeBytes();
    }
    TransactionItems.checkBytes(bytes);
    return parts;
  }

  /** What is asked for counts, not what is to be said of it: that may differ in a repetition. */
  private static @Nullable ClientToken token(Fields fields, List<Fields> given) {
    @Nullable String text = fields.text(TOKEN);
    return text == null
        ? null
        : new ClientToken(text, RequestHash.of(given, ClientToken.HASH_BYTES));
  }
}
