package dev.holdfast.client;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TypedTable} whose methods wait; each does what the method of the same name does there.
 *
 * <pre>{@code
 * SyncTypedTable<Order> orders = client.sync().table("orders").as(Order.class);
 * orders.put(new Order("o-17", new BigDecimal("12.50"), List.of("gift")));
 * Order order = orders.get(Key.of("o-17")).orElseThrow();
 * }</pre>
 */
public final class SyncTypedTable<T> {
  private final TypedTable<T> table;

  SyncTypedTable(TypedTable<T> table) {
    this.table = table;
  }

  public SyncTypedTable<T> with(ReadLevel level) {
    return new SyncTypedTable<>(table.with(level));
  }

  public SyncTypedTable<T> withTimeout(Duration timeout) {
    return new SyncTypedTable<>(table.withTimeout(timeout));
  }

  public Optional<T> get(Key key) {
    return Blocking.get(table.get(key));
  }

  public void put(T value) {
    Blocking.<@Nullable Void>get(table.put(value));
  }

  public void put(T value, Condition condition) {
    Blocking.<@Nullable Void>get(table.put(value, condition));
  }

  public Optional<T> replace(T value) {
    return Blocking.get(table.replace(value));
  }

  public T update(Key key, Update update) {
    return Blocking.get(table.update(key, update));
  }

  public T update(Key key, Update update, Condition condition) {
    return Blocking.get(table.update(key, update, condition));
  }

  public void delete(Key key) {
    Blocking.<@Nullable Void>get(table.delete(key));
  }

  public void delete(Key key, Condition condition) {
    Blocking.<@Nullable Void>get(table.delete(key, condition));
  }

  public Optional<T> take(Key key) {
    return Blocking.get(table.take(key));
  }

  /** Iterate once; pages are asked for on the way. */
  public Iterable<T> query(Query query) {
    return table.query(query).blocking();
  }

  /** Iterate once; pages are asked for on the way. */
  public Iterable<T> scan(Scan scan) {
    return table.scan(scan).blocking();
  }

  public Map<Key, T> getAll(Collection<Key> keys) {
    return Blocking.get(table.getAll(keys));
  }

  public void putAll(Collection<T> values) {
    Blocking.<@Nullable Void>get(table.putAll(values));
  }

  public void deleteAll(Collection<Key> keys) {
    Blocking.<@Nullable Void>get(table.deleteAll(keys));
  }
}
