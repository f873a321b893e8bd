package dev.holdfast.client;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A table whose items are objects of one type.
 *
 * <pre>{@code
 * record Order(String id, BigDecimal total, List<String> tags) {}
 *
 * TypedTable<Order> orders = client.table("orders").as(Order.class);
 * orders.put(new Order("o-17", new BigDecimal("12.50"), List.of("gift"))).join();
 * Optional<Order> order = orders.get(Key.of("o-17")).join();
 * }</pre>
 */
public final class TypedTable<T> {
  private final Table table;
  private final ItemMapper<T> mapper;

  TypedTable(Table table, ItemMapper<T> mapper) {
    this.table = table;
    this.mapper = mapper;
  }

  /** The same table, read at another level. */
  public TypedTable<T> with(ReadLevel level) {
    return new TypedTable<>(table.with(level), mapper);
  }

  /** The same table, its calls ending within another time, retries included. */
  public TypedTable<T> withTimeout(Duration timeout) {
    return new TypedTable<>(table.withTimeout(timeout), mapper);
  }

  /** The same table, its items as documents. */
  public Table untyped() {
    return table;
  }

  public CompletableFuture<Optional<T>> get(Key key) {
    return table.get(key).thenApply(item -> item.map(mapper::fromDocument));
  }

  public CompletableFuture<@Nullable Void> put(T value) {
    return table.put(mapper.toDocument(value));
  }

  public CompletableFuture<@Nullable Void> put(T value, Condition condition) {
    return table.put(mapper.toDocument(value), condition);
  }

  public CompletableFuture<@Nullable Void> putAll(Collection<T> values) {
    return table.putAll(values.stream().map(mapper::toDocument).toList());
  }

  /** Stores a value and returns the one that was in its place. */
  public CompletableFuture<Optional<T>> replace(T value) {
    return table.replace(mapper.toDocument(value)).thenApply(old -> old.map(mapper::fromDocument));
  }

  public CompletableFuture<T> update(Key key, Update update) {
    return table.update(key, update).thenApply(mapper::fromDocument);
  }

  public CompletableFuture<T> update(Key key, Update update, Condition condition) {
    return table.update(key, update, condition).thenApply(mapper::fromDocument);
  }

  public CompletableFuture<@Nullable Void> delete(Key key) {
    return table.delete(key);
  }

  public CompletableFuture<@Nullable Void> delete(Key key, Condition condition) {
    return table.delete(key, condition);
  }

  /** Deletes a value and returns it as it was. */
  public CompletableFuture<Optional<T>> take(Key key) {
    return table.take(key).thenApply(old -> old.map(mapper::fromDocument));
  }

  /** As {@link Table#getAll}. */
  public CompletableFuture<Map<Key, T>> getAll(Collection<Key> keys) {
    return table
        .getAll(keys)
        .thenApply(
            found -> {
              Map<Key, T> values = new LinkedHashMap<>();
              found.forEach((key, item) -> values.put(key, mapper.fromDocument(item)));
              return values;
            });
  }

  /** As {@link Table#deleteAll}. */
  public CompletableFuture<@Nullable Void> deleteAll(Collection<Key> keys) {
    return table.deleteAll(keys);
  }

  public Pages<T> query(Query query) {
    return table.query(query).map(mapper::fromDocument);
  }

  public Pages<T> scan(Scan scan) {
    return table.scan(scan).map(mapper::fromDocument);
  }
}
