package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.partiql.SelectPlan.Range;
import dev.holdfast.node.dynamodb.partiql.Statement.Ordering;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Plans a SELECT: queries where the partition key is bound by equality or IN, a scan otherwise.
 * Every part of the WHERE clause either bounds a range or is part of the filter.
 */
final class SelectPlanner {
  /** Source: AWS Developer Guide, "PartiQL select statements": IN of partition keys. */
  private static final int RANGE_COUNT_MAX = 50;

  private final TableDescriptor table;
  private final Constants constants;
  private final @Nullable LocalIndex index;
  private final KeySchema schema;

  /** The parts of the WHERE clause that no range stands for yet. */
  private final List<Term> open;

  private SelectPlanner(TableDescriptor table, Statement.Select select, Constants constants) {
    this.table = table;
    this.constants = constants;
    this.index = index(table, select.source().index());
    this.schema =
        index == null
            ? table.keySchema()
            : new KeySchema(table.keySchema().partitionKey(), index.sortKey());
    this.open = KeyValues.conjuncts(select.where());
  }

  private static @Nullable LocalIndex index(TableDescriptor table, @Nullable String name) {
    return name == null
        ? null
        : table
            .localIndex(name)
            .orElseThrow(
                () -> ApiException.validation("The table does not have the specified index"));
  }

  static SelectPlan plan(TableDescriptor table, Statement.Select select, Constants constants) {
    return new SelectPlanner(table, select, constants).plan(select);
  }

  private SelectPlan plan(Statement.Select select) {
    SelectedAttributes selected = SelectedAttributes.of(select.paths());
    ConditionPlanner conditions = new ConditionPlanner(constants);
    Set<KeyAttribute> keys = new LinkedHashSet<>(schema.attributes());
    keys.addAll(table.keySchema().attributes());
    checkPaths(select, keys);
    List<Term> where = List.copyOf(open);
    KeyValues partitionKeys = take(schema.partitionKey());
    Paging.Order order = order(select, partitionKeys);
    List<Range> ranges = null;
    if (partitionKeys != null) {
      ranges = ranges(partitionKeys(select, partitionKeys.values()), order);
    }
    SelectPlan scan = null;
    if (ranges != null && select.orderings().isEmpty() && !where.stream().anyMatch(this::isKey)) {
      Condition filter = filter(where, conditions);
      scan = new SelectPlan(index, null, filter, null, order, selected.projection(), selected);
    }
    return new SelectPlan(
        index, ranges, filter(open, conditions), scan, order, selected.projection(), selected);
  }

  /** Whether a term says by itself what the partition key is, as an OR does not. */
  private boolean isKey(Term term) {
    return !(term instanceof Term.Junction)
        && KeyValues.of(term, schema.partitionKey().name(), constants) != null;
  }

  private static @Nullable Condition filter(List<Term> terms, ConditionPlanner conditions) {
    Condition filter = null;
    for (Term term : terms) {
      Condition next = conditions.condition(term);
      filter = filter == null ? next : new Condition.And(filter, next);
    }
    return filter;
  }

  private static void checkPaths(Statement.Select select, Collection<KeyAttribute> keys) {
    WherePaths paths = new WherePaths(keys);
    select.paths().forEach(paths::check);
    paths.check(select.where());
  }

  /** The values that a key can have; what says so exactly is no longer open. */
  private @Nullable KeyValues take(KeyAttribute key) {
    KeyValues known = null;
    List<Term> exact = new ArrayList<>();
    for (Term term : open) {
      KeyValues values = KeyValues.of(term, key.name(), constants);
      if (values != null) {
        values.values().forEach(value -> requireType(value, key));
        known = known == null ? values : KeyValues.both(known, values);
        if (values.isExact()) {
          exact.add(term);
        }
      }
    }
    open.removeAll(exact);
    return known;
  }

  private static void requireType(EncodedValue value, KeyAttribute key) {
    if (!value.type().name().equals(key.type().name())) {
      throw Refusals.keyType(key.name());
    }
  }

  private Paging.Order order(Statement.Select select, @Nullable KeyValues partitionKeys) {
    if (select.orderings().isEmpty()) {
      return Paging.Order.ASCENDING;
    }
    if (select.where() == null) {
      throw ApiException.validation(
          "Must have WHERE clause in the statement when using ORDER BY clause.");
    }
    if (partitionKeys == null) {
      throw ApiException.validation(
          "Must have at least one non-optional hash key condition in WHERE clause when using "
              + "ORDER BY clause.");
    }
    boolean isPartitionKeyOrdered = false;
    Paging.Order order = Paging.Order.DESCENDING; // as the service does when nothing is said of it
    for (Ordering ordering : select.orderings()) {
      KeyAttribute sortKey = schema.sortKey();
      if (ordering.attribute().equals(schema.partitionKey().name())) {
        isPartitionKeyOrdered = true;
      } else if (sortKey == null || !ordering.attribute().equals(sortKey.name())) {
        throw ApiException.validation(
            "Attribute "
                + ordering.attribute()
                + " in ORDER BY clause must be part of the primary key");
      } else {
        order = ordering.isDescending() ? Paging.Order.DESCENDING : Paging.Order.ASCENDING;
      }
    }
    if (partitionKeys.values().size() > 1
        && isPartitionKeyOrdered
        && !select.orderings().get(0).attribute().equals(schema.partitionKey().name())) {
      throw ApiException.validation(
          "The hash key must come first in ORDER BY clause when more than one hash key condition "
              + "specified in WHERE clause.");
    }
    if (partitionKeys.values().size() > 1 && !isPartitionKeyOrdered) {
      throw ApiException.validation(
          "Must have hash key in ORDER BY clause when more than one hash key condition specified "
              + "in WHERE clause.");
    }
    return order;
  }

  private List<EncodedValue> partitionKeys(Statement.Select select, Set<EncodedValue> values) {
    requireFew(values.size());
    List<EncodedValue> partitionKeys = new ArrayList<>(values);
    for (Ordering ordering : select.orderings()) {
      if (ordering.attribute().equals(schema.partitionKey().name())) {
        sort(partitionKeys, ordering.isDescending());
      }
    }
    return partitionKeys;
  }

  private static void requireFew(int rangeCount) {
    if (rangeCount > RANGE_COUNT_MAX) {
      throw ApiException.validation("Too many decomposed read operations for a given query.");
    }
  }

  private static void sort(List<EncodedValue> values, boolean isDescending) {
    values.sort(
        isDescending
            ? (left, right) -> right.compareScalar(left)
            : (left, right) -> left.compareScalar(right));
  }

  private List<Range> ranges(List<EncodedValue> partitionKeys, Paging.Order order) {
    List<SortCondition> sorts = sorts(partitionKeys.size(), order);
    List<Range> ranges = new ArrayList<>();
    for (EncodedValue partitionKey : partitionKeys) {
      for (SortCondition sort : sorts) {
        ranges.add(new Range(partitionKey, sort));
      }
    }
    return ranges;
  }

  private List<SortCondition> sorts(int partitionKeyCount, Paging.Order order) {
    KeyAttribute key = schema.sortKey();
    if (key == null) {
      return List.of(new SortCondition.Any());
    }
    List<Term> before = List.copyOf(open);
    KeyValues values = take(key);
    if (values != null) {
      requireFew(values.values().size() * partitionKeyCount);
      List<EncodedValue> sorted = new ArrayList<>(values.values());
      sort(sorted, order == Paging.Order.DESCENDING);
      return sorted.stream().map(SelectPlanner::equal).toList();
    }
    for (Term term : before) {
      SortCondition bound = bound(term, key.name());
      if (bound != null) {
        if (!hasType(bound, key)) {
          throw Refusals.keyType(key.name());
        }
        open.remove(term);
        return List.of(bound);
      }
    }
    return List.of(new SortCondition.Any());
  }

  private static SortCondition equal(EncodedValue value) {
    return new SortCondition.Compare(Comparator.EQ, value);
  }

  private static boolean hasType(SortCondition bound, KeyAttribute key) {
    for (EncodedValue value : SortBounds.values(bound)) {
      if (!value.type().name().equals(key.type().name())) {
        return false;
      }
    }
    return true;
  }

  private @Nullable SortCondition bound(Term term, String attribute) {
    return SortBounds.of(term, attribute, constants);
  }

  /** The key of a range that is one item; null when it is more. */
  static @Nullable Item key(KeySchema schema, Range range) {
    SortedMap<String, EncodedValue> key = new TreeMap<>();
    key.put(schema.partitionKey().name(), range.partitionKey());
    KeyAttribute sortKey = schema.sortKey();
    if (sortKey != null) {
      if (!(range.sort() instanceof SortCondition.Compare compare)
          || compare.comparator() != Comparator.EQ) {
        return null;
      }
      key.put(sortKey.name(), compare.value());
    }
    return Item.ofEncoded(key);
  }
}
