package dev.holdfast.benchmarks.driver;

import dev.holdfast.benchmarks.load.ConflictException;
import dev.holdfast.benchmarks.load.Operation;
import dev.holdfast.benchmarks.load.PlacedItem;
import dev.holdfast.benchmarks.load.SampleItem;
import dev.holdfast.benchmarks.load.Target;
import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.Table;
import dev.holdfast.client.Transaction;
import dev.holdfast.client.TransactionalGets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;

/** Our own client. Answers are handled where they arrive, as in the drivers of the peers. */
public final class NativeTarget implements Target {
  private final String name;
  private final HoldfastClient client;
  private final IntFunction<List<String>> tableNames;
  private List<Table> tables = List.of();

  /**
   * @param addresses host:port of the native protocol of some nodes
   * @param tableNames makes the tables of so many places
   */
  public NativeTarget(String name, List<String> addresses, IntFunction<List<String>> tableNames) {
    this.name = name;
    this.tableNames = tableNames;
    HoldfastClient.Builder builder = HoldfastClient.builder().executor(Runnable::run);
    addresses.forEach(builder::address);
    client = builder.build();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void prepare(int placeCount) {
    tables = tableNames.apply(placeCount).stream().map(client::table).toList();
  }

  @Override
  public CompletableFuture<?> put(int lane, PlacedItem item) {
    return table(item).put(document(item));
  }

  @Override
  public CompletableFuture<?> start(Operation operation, int lane, long itemNumber) {
    List<PlacedItem> items = operation.items(itemNumber);
    return switch (operation) {
      case PUT -> put(lane, items.get(0));
      case STRONG_GET -> get(items.get(0), ReadLevel.STRONG);
      case EVENTUAL_GET -> get(items.get(0), ReadLevel.EVENTUAL);
      case TRANSACT_ONE, TRANSACT_TWO, TRANSACT_HOT -> transact(items);
      case TRANSACT_GET -> getTogether(items);
      case BATCH_GET_STRONG -> getAll(items);
    };
  }

  @Override
  public void close() {
    client.close();
  }

  private CompletableFuture<?> get(PlacedItem item, ReadLevel level) {
    return table(item).with(level).get(key(item)).thenAccept(NativeTarget::requirePresent);
  }

  /** Tried once: the load tries again itself, and counts. */
  private CompletableFuture<?> transact(List<PlacedItem> items) {
    Transaction transaction = client.transaction().withAttempts(1);
    for (PlacedItem item : items) {
      transaction = transaction.put(table(item).name(), document(item));
    }
    return transaction.commit().exceptionallyCompose(NativeTarget::failure);
  }

  private CompletableFuture<?> getTogether(List<PlacedItem> items) {
    TransactionalGets gets = client.transactionalGets().withAttempts(1);
    for (PlacedItem item : items) {
      gets = gets.get(table(item).name(), key(item));
    }
    return gets.read()
        .thenAccept(found -> found.forEach(NativeTarget::requirePresent))
        .exceptionallyCompose(NativeTarget::failure);
  }

  private CompletableFuture<?> getAll(List<PlacedItem> items) {
    Map<Table, Collection<Key>> keys = new HashMap<>();
    for (PlacedItem item : items) {
      keys.computeIfAbsent(table(item), table -> new ArrayList<>()).add(key(item));
    }
    List<CompletableFuture<?>> parts = new ArrayList<>();
    keys.forEach(
        (table, ofTable) ->
            parts.add(
                table
                    .with(ReadLevel.STRONG)
                    .getAll(ofTable)
                    .thenAccept(found -> requireCount(ofTable.size(), found.size()))));
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
  }

  private static <T> CompletableFuture<T> failure(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    if (cause instanceof HoldfastException.TransactionCancelledException cancelled
        && cancelled.isConflict()) {
      return CompletableFuture.failedFuture(
          new ConflictException(String.valueOf(cancelled.getMessage())));
    }
    return CompletableFuture.failedFuture(error);
  }

  private static void requirePresent(Optional<Document> found) {
    if (found.isEmpty()) {
      throw new IllegalStateException("the item is not there");
    }
  }

  private static void requireCount(int expected, int actual) {
    if (expected != actual) {
      throw new IllegalStateException((expected - actual) + " items are not there");
    }
  }

  private Table table(PlacedItem item) {
    return tables.get(item.place());
  }

  private static Key key(PlacedItem item) {
    return Key.of(item.item().key());
  }

  private static Document document(PlacedItem placed) {
    SampleItem item = placed.item();
    return Document.builder()
        .set(SampleItem.KEY_ATTRIBUTE, item.key())
        .set("name", item.name())
        .set("email", item.email())
        .set("visits", item.visits())
        .set("note", SampleItem.NOTE)
        .build();
  }
}
