package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.partiql.Statement.Ordering;
import dev.holdfast.node.dynamodb.walk.KeyInterval;
import dev.holdfast.node.dynamodb.walk.ReadTarget;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
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
  private final ReadTarget target;

  /** The parts of the WHERE clause that no range stands for yet. */
  private final List<Term> open;

  private SelectPlanner(TableDescriptor table, Statement.Select select, Constants constants) {
    this.table = table;
    this.constants = constants;
    this.target = target(table, select.source().index());
    this.open = KeyValues.conjuncts(select.where());
  }

  private static ReadTarget target(TableDescriptor table, @Nullable String index) {
    return index == null
        ? ReadTarget.of(table)
        : ReadTarget.index(table, index)
            .orElseThrow(
                () ->
                    ApiException.validation("The table does not have the specified index")
                        .ofOneVersion());
  }

  static SelectPlan plan(TableDescriptor table, Statement.Select select, Constants constants) {
    return new SelectPlanner(table, select, constants).plan(select);
  }

  private SelectPlan plan(Statement.Select select) {
    SelectedAttributes selected = SelectedAttributes.of(select.paths());
    ConditionPlanner conditions = new ConditionPlanner(constants);
    Set<KeyAttribute> keys = new LinkedHashSet<>(target.keyAttributes());
    keys.addAll(table.keySchema().attributes());
    checkPaths(select, keys);
    List<Term> where = List.copyOf(open);
    List<KeyValues> partitionKeys = takeAll(target.partitionKey());
    Paging.Order order = order(select, partitionKeys);
    List<KeyInterval> ranges = null;
    if (!partitionKeys.isEmpty()) {
      ranges = ranges(partitionKeys(select, partitionKeys), order);
    }
    SelectPlan scan = null;
    if (ranges != null && select.orderings().isEmpty() && !where.stream().anyMatch(this::isKey)) {
      Condition filter = filter(where, conditions);
      scan = new SelectPlan(target, null, filter, null, order, selected.projection(), selected);
    }
    return new SelectPlan(
        target, ranges, filter(open, conditions), scan, order, selected.projection(), selected);
  }

  /** Whether a term says by itself what the partition key is, as an OR does not. */
  private boolean isKey(Term term) {
    return !(term instanceof Term.Junction)
        && target.partitionKey().stream()
            .anyMatch(key -> KeyValues.of(term, key.name(), constants) != null);
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

  /** The values that each attribute can have; none, and nothing is taken, when one can have any. */
  private List<KeyValues> takeAll(List<KeyAttribute> attributes) {
    List<Term> before = List.copyOf(open);
    List<KeyValues> taken = new ArrayList<>();
    for (KeyAttribute attribute : attributes) {
      KeyValues values = take(attribute);
      if (values == null) {
        open.clear();
        open.addAll(before);
        return List.of();
      }
      taken.add(values);
    }
    return taken;
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

  private Paging.Order order(Statement.Select select, List<KeyValues> partitionKeys) {
    if (select.orderings().isEmpty()) {
      return Paging.Order.ASCENDING;
    }
    if (select.where() == null) {
      throw ApiException.validation(
          "Must have WHERE clause in the statement when using ORDER BY clause.");
    }
    if (partitionKeys.isEmpty()) {
      throw ApiException.validation(
          "Must have at least one non-optional hash key condition in WHERE clause when using "
              + "ORDER BY clause.");
    }
    boolean isPartitionKeyOrdered = false;
    Paging.Order order = Paging.Order.DESCENDING; // as the service does when nothing is said of it
    for (Ordering ordering : select.orderings()) {
      if (isNamed(ordering, target.partitionKey())) {
        isPartitionKeyOrdered = true;
      } else if (!isNamed(ordering, target.sortKey())) {
        throw ApiException.validation(
            "Attribute "
                + ordering.attribute()
                + " in ORDER BY clause must be part of the primary key");
      } else {
        order = ordering.isDescending() ? Paging.Order.DESCENDING : Paging.Order.ASCENDING;
      }
    }
    boolean areSeveral = partitionKeys.stream().anyMatch(each -> each.values().size() > 1);
    if (areSeveral
        && isPartitionKeyOrdered
        && !isNamed(select.orderings().get(0), target.partitionKey())) {
      throw ApiException.validation(
          "The hash key must come first in ORDER BY clause when more than one hash key condition "
              + "specified in WHERE clause.");
    }
    if (areSeveral && !isPartitionKeyOrdered) {
      throw ApiException.validation(
          "Must have hash key in ORDER BY clause when more than one hash key condition specified "
              + "in WHERE clause.");
    }
    return order;
  }

  private static boolean isNamed(Ordering ordering, List<KeyAttribute> attributes) {
    return attributes.stream().anyMatch(each -> each.name().equals(ordering.attribute()));
  }

  /** Every combination of the attributes' values. */
  private List<List<EncodedValue>> partitionKeys(Statement.Select select, List<KeyValues> values) {
    List<List<EncodedValue>> keys = List.of(List.of());
    for (int i = 0; i < values.size(); i++) {
      requireFew(keys.size() * values.get(i).values().size());
      List<EncodedValue> each = new ArrayList<>(values.get(i).values());
      for (Ordering ordering : select.orderings()) {
        if (ordering.attribute().equals(target.partitionKey().get(i).name())) {
          sort(each, ordering.isDescending());
        }
      }
      List<List<EncodedValue>> longer = new ArrayList<>();
      for (List<EncodedValue> key : keys) {
        for (EncodedValue value : each) {
          List<EncodedValue> next = new ArrayList<>(key);
          next.add(value);
          longer.add(next);
        }
      }
      keys = longer;
    }
    return keys;
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

  private List<KeyInterval> ranges(List<List<EncodedValue>> partitionKeys, Paging.Order order) {
    List<EncodedValue> equals = new ArrayList<>();
    List<SortCondition> sorts = sorts(partitionKeys.size(), order, equals);
    List<KeyInterval> ranges = new ArrayList<>();
    for (List<EncodedValue> partitionKey : partitionKeys) {
      for (SortCondition sort : sorts) {
        ranges.add(new KeyInterval(partitionKey, equals, sort));
      }
    }
    return ranges;
  }

  /**
   * What bounds the first attribute of the sort key that does not have one certain value.
   *
   * @param equals takes the values of those before it
   */
  private List<SortCondition> sorts(
      int partitionKeyCount, Paging.Order order, List<EncodedValue> equals) {
    List<KeyAttribute> keys = target.sortKey();
    for (KeyAttribute key : keys) {
      List<Term> before = List.copyOf(open);
      KeyValues values = take(key);
      if (values == null) {
        return List.of(bound(before, key));
      }
      boolean isLast = equals.size() == keys.size() - 1;
      if (isLast || values.values().size() != 1) {
        requireFew(values.values().size() * partitionKeyCount);
        List<EncodedValue> sorted = new ArrayList<>(values.values());
        sort(sorted, order == Paging.Order.DESCENDING);
        return sorted.stream().map(SelectPlanner::equal).toList();
      }
      equals.addAll(values.values());
    }
    return List.of(new SortCondition.Any());
  }

  private SortCondition bound(List<Term> terms, KeyAttribute key) {
    for (Term term : terms) {
      SortCondition bound = SortBounds.of(term, key.name(), constants);
      if (bound != null) {
        if (!hasType(bound, key)) {
          throw Refusals.keyType(key.name());
        }
        open.remove(term);
        return bound;
      }
    }
    return new SortCondition.Any();
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

  /** The key of a range that is one item; null when it is more. */
  static @Nullable Item key(KeySchema schema, KeyInterval range) {
    SortedMap<String, EncodedValue> key = new TreeMap<>();
    key.put(schema.partitionKey().name(), range.partitionKey().get(0));
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
