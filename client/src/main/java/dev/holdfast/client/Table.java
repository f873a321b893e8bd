package dev.holdfast.client;

import dev.holdfast.client.ClientListener.Operation;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Paging.Order;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A handle on one table: cheap, immutable, thread-safe. Making one asks nobody.
 *
 * <pre>{@code
 * Table orders = client.table("orders");
 * orders.put(Document.builder().set("id", "o-17").set("total", 12).build())
 *     .thenCompose(done -> orders.with(ReadLevel.STRONG).get(Key.of("o-17")))
 *     .thenAccept(order -> System.out.println(order.orElseThrow()));
 * }</pre>
 *
 * <p>Every write is applied at most once, however often it is retried inside. A condition that does
 * not hold fails the future with {@link HoldfastException.ConditionFailedException}.
 */
public final class Table {
  private final String name;
  private final TableCalls calls;
  private final CallSettings settings;

  Table(String name, TableCalls calls, CallSettings settings) {
    this.name = name;
    this.calls = calls;
    this.settings = settings;
  }

  public String name() {
    return name;
  }

  /** The same table, read at another level. */
  public Table with(ReadLevel level) {
    return new Table(name, calls, settings.with(level));
  }

  /** The same table, its calls ending within another time, retries included. */
  public Table withTimeout(Duration timeout) {
    return new Table(name, calls, settings.with(timeout));
  }

  /** The same table, its items being records of this type; see {@link RecordMapper}. */
  public <R extends Record> TypedTable<R> as(Class<R> type) {
    return as(RecordMapper.of(type));
  }

  /** The same table, with a mapper of your own. */
  public <T> TypedTable<T> as(ItemMapper<T> mapper) {
    return new TypedTable<>(this, mapper);
  }

  /** The item of a key; empty when there is none. */
  public CompletableFuture<Optional<Document>> get(Key key) {
    return get(key, Projection.ALL);
  }

  /** Only the values at these paths; empty when there is no such item. */
  public CompletableFuture<Optional<Document>> get(Key key, String... paths) {
    return get(key, new Projection(List.of(paths).stream().map(Paths::parse).toList()));
  }

  private CompletableFuture<Optional<Document>> get(Key key, Projection projection) {
    return delivered(
        Operation.GET,
        () ->
            calls
                .read(
                    name,
                    settings,
                    (table, options) ->
                        calls
                            .store()
                            .get(
                                table,
                                new Read.Get(
                                    TableRef.of(table), key.toItem(table.keySchema()), projection),
                                options))
                .thenApply(Table::found));
  }

  private static Optional<Document> found(ReadResult result) {
    return result instanceof ReadResult.Found found && found.item() != null
        ? Optional.of(Document.of(found.item()))
        : Optional.empty();
  }

  /** Stores an item whole, in place of any that has its key. */
  public CompletableFuture<@Nullable Void> put(Document item) {
    return put(item, null, ReturnValues.NONE).thenApply(old -> null);
  }

  /** Stores an item if the condition holds of the one in its place. */
  public CompletableFuture<@Nullable Void> put(Document item, Condition condition) {
    return put(item, condition, ReturnValues.NONE).thenApply(old -> null);
  }

  /** Stores an item and returns the one that was in its place. */
  public CompletableFuture<Optional<Document>> replace(Document item) {
    return put(item, null, ReturnValues.ALL_OLD);
  }

  private CompletableFuture<Optional<Document>> put(
      Document item, @Nullable Condition condition, ReturnValues returnValues) {
    return write(
        Operation.PUT,
        table ->
            new Command.Put(
                TableRef.of(table),
                item.toItem(),
                tree(condition),
                returnValues,
                onFailure(condition)));
  }

  /** Changes an item, or makes it when there is none; returns it as it is then. */
  public CompletableFuture<Document> update(Key key, Update update) {
    return update(key, update, null, ReturnValues.ALL_NEW).thenApply(Optional::orElseThrow);
  }

  /** Changes an item if the condition holds of it; returns it as it is then. */
  public CompletableFuture<Document> update(Key key, Update update, Condition condition) {
    return update(key, update, condition, ReturnValues.ALL_NEW).thenApply(Optional::orElseThrow);
  }

  /** Changes an item and returns nothing, which is cheaper for large items. */
  public CompletableFuture<@Nullable Void> apply(Key key, Update update) {
    return update(key, update, null, ReturnValues.NONE).thenApply(nothing -> null);
  }

  private CompletableFuture<Optional<Document>> update(
      Key key, Update update, @Nullable Condition condition, ReturnValues returnValues) {
    return write(
        Operation.UPDATE,
        table ->
            new Command.Modify(
                TableRef.of(table),
                key.toItem(table.keySchema()),
                update.tree(),
                tree(condition),
                returnValues,
                onFailure(condition)));
  }

  /**
   * Reads an item strongly, gives it to the function, and stores what comes back, if none of the
   * attributes read has been changed in between; otherwise begins again, with pauses, up to ten
   * times. Attributes that others have added stay.
   *
   * <p>The function may be called several times, on the client's executor. Fails with {@link
   * HoldfastException.ConflictException} when somebody else was faster each time, and with whatever
   * the function throws.
   *
   * @param change is given the item, or nothing when there is none; returns it with the same key
   * @return the item as it was stored
   */
  public CompletableFuture<Document> modify(
      Key key, Function<Optional<Document>, Document> change) {
    return new OptimisticWrite(with(ReadLevel.STRONG), calls, key, change, null).run();
  }

  /**
   * As {@link #modify(Key, Function)}, but what tells whether the item was changed is a number that
   * each such call increments, beginning with 1. The item is stored whole.
   */
  public CompletableFuture<Document> modify(
      Key key, String versionAttribute, Function<Optional<Document>, Document> change) {
    return new OptimisticWrite(with(ReadLevel.STRONG), calls, key, change, versionAttribute).run();
  }

  /** Deletes an item if there is one. */
  public CompletableFuture<@Nullable Void> delete(Key key) {
    return delete(key, null, ReturnValues.NONE).thenApply(old -> null);
  }

  /** Deletes an item if the condition holds of it. */
  public CompletableFuture<@Nullable Void> delete(Key key, Condition condition) {
    return delete(key, condition, ReturnValues.NONE).thenApply(old -> null);
  }

  /** Deletes an item and returns it as it was. */
  public CompletableFuture<Optional<Document>> take(Key key) {
    return delete(key, null, ReturnValues.ALL_OLD);
  }

  private CompletableFuture<Optional<Document>> delete(
      Key key, @Nullable Condition condition, ReturnValues returnValues) {
    return write(
        Operation.DELETE,
        table ->
            new Command.Delete(
                TableRef.of(table),
                key.toItem(table.keySchema()),
                tree(condition),
                returnValues,
                onFailure(condition)));
  }

  /** The items of a partition key, page by page. */
  public Pages<Document> query(Query query) {
    Selection selection = query.selection();
    return pages(
        Operation.QUERY,
        selection,
        start ->
            (table, options) -> {
              KeySchema schema = table.keySchema();
              return calls
                  .store()
                  .query(
                      table,
                      new Read.Query(
                          TableRef.of(table),
                          selection.index(),
                          Key.scalar(schema.partitionKey(), query.partition()),
                          query.sort(sortKey(table, selection.index())),
                          selection.withStart(start).paging(query.order()),
                          selection.filterTree(),
                          selection.output()),
                      options);
            });
  }

  /** All items, page by page. */
  public Pages<Document> scan() {
    return scan(Scan.all());
  }

  /** The items that a scan describes, page by page. */
  public Pages<Document> scan(Scan scan) {
    Selection selection = scan.selection();
    return pages(
        Operation.SCAN,
        selection,
        start ->
            (table, options) ->
                calls
                    .store()
                    .scan(
                        table,
                        new Read.Scan(
                            TableRef.of(table),
                            selection.index(),
                            KeyEncoding.segment(table.id(), scan.segment(), scan.segmentCount()),
                            selection.withStart(start).paging(Order.ASCENDING),
                            selection.filterTree(),
                            selection.output()),
                        options));
  }

  /**
   * The items of many keys, a bounded number of them asked at a time; keys without an item are
   * missing. Each item is read at the level of this handle; the whole is not one snapshot.
   */
  public CompletableFuture<Map<Key, Document>> getAll(Collection<Key> keys) {
    return Batch.getAll(keys, this::get);
  }

  /**
   * Stores many items, a bounded number of them at a time, each on its own. Fails with the first
   * failure, after all others have ended.
   */
  public CompletableFuture<@Nullable Void> putAll(Collection<Document> items) {
    return Batch.forAll(items, this::put);
  }

  /** Deletes many items, as {@link #putAll} stores them. */
  public CompletableFuture<@Nullable Void> deleteAll(Collection<Key> keys) {
    return Batch.forAll(keys, this::delete);
  }

  /** The changes of its items, as they come; asks nobody before they are subscribed to. */
  public Changes changes() {
    return Changes.of(name, calls, settings);
  }

  private Pages<Document> pages(
      Operation operation,
      Selection selection,
      Function<@Nullable Document, TableCalls.Read> read) {
    return new Pages<>(
        selection.start(),
        start ->
            delivered(
                operation,
                () -> calls.read(name, settings, read.apply(start)).thenApply(Table::page)));
  }

  private static Page<Document> page(ReadResult result) {
    if (!(result instanceof ReadResult.Page page)) {
      throw new IllegalStateException("not a page: " + result);
    }
    Item last = page.lastEvaluated();
    return new Page<>(
        page.items().stream().map(Document::of).toList(),
        page.scannedCount(),
        last == null ? Optional.empty() : Optional.of(Document.of(last)));
  }

  private static @Nullable KeyAttribute sortKey(TableDescriptor table, @Nullable String index) {
    if (index == null) {
      return table.keySchema().sortKey();
    }
    LocalIndex local =
        table
            .localIndex(index)
            .orElseThrow(
                () ->
                    new HoldfastException.InvalidRequestException(
                        "the table has no index '" + index + "'"));
    return local.sortKey();
  }

  private CompletableFuture<Optional<Document>> write(
      Operation operation, Function<TableDescriptor, Command.ItemWrite> command) {
    return delivered(operation, () -> calls.write(name, settings, command));
  }

  private <T> CompletableFuture<T> delivered(
      Operation operation, Supplier<CompletableFuture<T>> call) {
    return calls.deliver(operation, name, call);
  }

  private static dev.holdfast.protocol.expression.@Nullable Condition tree(
      @Nullable Condition condition) {
    return condition == null ? null : condition.tree();
  }

  private static ReturnOnFailure onFailure(@Nullable Condition condition) {
    return condition == null ? ReturnOnFailure.NONE : ReturnOnFailure.ALL_OLD;
  }
}
