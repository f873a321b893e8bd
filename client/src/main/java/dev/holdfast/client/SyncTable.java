package dev.holdfast.client;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Table} whose methods wait; each does what the method of the same name does there.
 *
 * <pre>{@code
 * SyncTable orders = client.sync().table("orders");
 * orders.put(order, attribute("id").notExists());
 * for (Document line : orders.query(Query.of("o-17"))) { ... }
 * }</pre>
 */
public final class SyncTable {
  private final Table table;

  SyncTable(Table table) {
    this.table = table;
  }

  public SyncTable with(ReadLevel level) {
    return new SyncTable(table.with(level));
  }

  public SyncTable withTimeout(Duration timeout) {
    return new SyncTable(table.withTimeout(timeout));
  }

  /** The same table, its items being records of this type; see {@link RecordMapper}. */
  public <R extends Record> SyncTypedTable<R> as(Class<R> type) {
    return new SyncTypedTable<>(table.as(type));
  }

  /** The same table, with a mapper of your own. */
  public <T> SyncTypedTable<T> as(ItemMapper<T> mapper) {
    return new SyncTypedTable<>(table.as(mapper));
  }

  public Optional<Document> get(Key key) {
    return Blocking.get(table.get(key));
  }

  public Optional<Document> get(Key key, String... paths) {
    return Blocking.get(table.get(key, paths));
  }

  public void put(Document item) {
    Blocking.<@Nullable Void>get(table.put(item));
  }

  public void put(Document item, Condition condition) {
    Blocking.<@Nullable Void>get(table.put(item, condition));
  }

  /** Reads an item and stores what the function makes of it, if nobody has changed it meanwhile. */
  public Document modify(Key key, Function<Optional<Document>, Document> change) {
    return Blocking.get(table.modify(key, change));
  }

  public Document modify(
      Key key, String versionAttribute, Function<Optional<Document>, Document> change) {
    return Blocking.get(table.modify(key, versionAttribute, change));
  }

  public Optional<Document> replace(Document item) {
    return Blocking.get(table.replace(item));
  }

  public Document update(Key key, Update update) {
    return Blocking.get(table.update(key, update));
  }

  public Document update(Key key, Update update, Condition condition) {
    return Blocking.get(table.update(key, update, condition));
  }

  public void apply(Key key, Update update) {
    Blocking.<@Nullable Void>get(table.apply(key, update));
  }

  public void delete(Key key) {
    Blocking.<@Nullable Void>get(table.delete(key));
  }

  public void delete(Key key, Condition condition) {
    Blocking.<@Nullable Void>get(table.delete(key, condition));
  }

  public Optional<Document> take(Key key) {
    return Blocking.get(table.take(key));
  }

  /** Iterate once; pages are asked for on the way. */
  public Iterable<Document> query(Query query) {
    return table.query(query).blocking();
  }

  /** Iterate once; pages are asked for on the way. */
  public Iterable<Document> scan(Scan scan) {
    return table.scan(scan).blocking();
  }

  /** The changes of its items, for {@link #subscribe}. */
  public Changes changes() {
    return table.changes();
  }

  /**
   * Waits until it is certain from where the changes are read. What the listener has returned from
   * is completed; it is called on the executor of the client, for several shards at a time.
   */
  public Subscription subscribe(Changes changes, Consumer<List<Change>> listener) {
    return Blocking.get(
        changes.subscribe(
            batch -> {
              listener.accept(batch);
              return CompletableFuture.<@Nullable Void>completedFuture(null);
            }));
  }

  public Map<Key, Document> getAll(Collection<Key> keys) {
    return Blocking.get(table.getAll(keys));
  }

  public void putAll(Collection<Document> items) {
    Blocking.<@Nullable Void>get(table.putAll(items));
  }

  public void deleteAll(Collection<Key> keys) {
    Blocking.<@Nullable Void>get(table.deleteAll(keys));
  }
}
