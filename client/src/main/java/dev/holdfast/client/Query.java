package dev.holdfast.client;

import dev.holdfast.protocol.command.Paging.Order;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.KeyAttribute;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The items of one partition key, in the order of their sort keys. Immutable: each method returns
 * another query.
 *
 * <pre>{@code
 * Query.of("customer-7")
 *     .sortBetween(20260101, 20261231)
 *     .filter(attribute("total").gt(100))
 *     .descending()
 *     .pageSize(50)
 * }</pre>
 */
public final class Query {
  private final Object partition;
  private final Function<KeyAttribute, SortCondition> sort;
  private final boolean sortIsBound;
  private final Order order;
  private final Selection selection;

  private Query(
      Object partition,
      Function<KeyAttribute, SortCondition> sort,
      boolean sortIsBound,
      Order order,
      Selection selection) {
    this.partition = partition;
    this.sort = sort;
    this.sortIsBound = sortIsBound;
    this.order = order;
    this.selection = selection;
  }

  /** All items of a partition key. */
  public static Query of(Object partition) {
    return new Query(
        partition, attribute -> new SortCondition.Any(), false, Order.ASCENDING, Selection.ALL);
  }

  /** Looks into a local index, in the order of its sort key. */
  public Query index(String name) {
    return with(selection.withIndex(name));
  }

  public Query sortEquals(Object value) {
    return compare(Comparator.EQ, value);
  }

  public Query sortLessThan(Object value) {
    return compare(Comparator.LT, value);
  }

  public Query sortAtMost(Object value) {
    return compare(Comparator.LE, value);
  }

  public Query sortGreaterThan(Object value) {
    return compare(Comparator.GT, value);
  }

  public Query sortAtLeast(Object value) {
    return compare(Comparator.GE, value);
  }

  /** Both bounds are inclusive. */
  public Query sortBetween(Object low, Object high) {
    return bound(key -> new SortCondition.Between(Key.scalar(key, low), Key.scalar(key, high)));
  }

  /** For strings and binaries. */
  public Query sortBeginsWith(Object prefix) {
    return bound(key -> new SortCondition.BeginsWith(Key.scalar(key, prefix)));
  }

  /** From the largest sort key down. */
  public Query descending() {
    return new Query(partition, sort, sortIsBound, Order.DESCENDING, selection);
  }

  /** Returns only items for which this holds; the others still count as looked at. */
  public Query filter(Condition condition) {
    return with(selection.withFilter(condition));
  }

  /** Returns only the values at these paths. */
  public Query select(String... paths) {
    return with(selection.withPaths(List.of(paths)));
  }

  /** Looks at no more items than this for a page. */
  public Query pageSize(int itemCountMax) {
    return with(selection.withPageSize(itemCountMax));
  }

  /** Goes on after the last key of an earlier page ({@link Page#lastKey}). */
  public Query startAfter(Document lastKey) {
    return with(selection.withStart(lastKey));
  }

  private Query compare(Comparator comparator, Object value) {
    return bound(key -> new SortCondition.Compare(comparator, Key.scalar(key, value)));
  }

  private Query bound(Function<KeyAttribute, SortCondition> condition) {
    return new Query(partition, condition, true, order, selection);
  }

  private Query with(Selection other) {
    return new Query(partition, sort, sortIsBound, order, other);
  }

  Object partition() {
    return partition;
  }

  /** The condition on a sort key; null stands for a schema without one. */
  SortCondition sort(@Nullable KeyAttribute sortKey) {
    if (sortKey != null) {
      return sort.apply(sortKey);
    } else if (sortIsBound) {
      throw new HoldfastException.InvalidRequestException("there is no sort key");
    }
    return new SortCondition.Any();
  }

  Order order() {
    return order;
  }

  Selection selection() {
    return selection;
  }
}
