package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.walk.KeyInterval;
import dev.holdfast.node.dynamodb.walk.ReadTarget;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.parser.KeyConditions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The key conditions of a query as its table or index understands them. */
record KeyBounds(ReadTarget target, KeyInterval interval) {
  private static final String UNSUPPORTED = "Query key condition not supported";

  /**
   * Checks that the conditions bound the key, and nothing else: every attribute of the partition
   * key by equality, those of the sort key from the left, all but the last one by equality.
   */
  static KeyBounds of(KeyConditions conditions, ReadTarget target) {
    Map<String, SortCondition> byName = byName(conditions, target);
    List<EncodedValue> partitionKey = new ArrayList<>();
    for (KeyAttribute attribute : target.partitionKey()) {
      SortCondition bound = byName.remove(attribute.name());
      if (bound == null) {
        throw missed(attribute.name());
      }
      partitionKey.add(equal(bound));
      check(bound, attribute, target);
    }
    List<EncodedValue> equals = new ArrayList<>();
    for (KeyAttribute attribute : target.sortKey()) {
      if (byName.isEmpty()) {
        break;
      }
      SortCondition bound = byName.remove(attribute.name());
      if (bound == null) {
        throw missed(attribute.name());
      }
      check(bound, attribute, target);
      if (byName.isEmpty()) {
        return new KeyBounds(target, new KeyInterval(partitionKey, equals, bound));
      }
      equals.add(equal(bound));
    }
    if (!byName.isEmpty()) {
      throw missed(byName.keySet().iterator().next());
    }
    return new KeyBounds(target, new KeyInterval(partitionKey, equals, new SortCondition.Any()));
  }

  private static Map<String, SortCondition> byName(KeyConditions conditions, ReadTarget target) {
    Map<String, SortCondition> byName = new LinkedHashMap<>();
    for (Map.Entry<Path, SortCondition> entry : conditions.bounds().entrySet()) {
      Path path = entry.getKey();
      boolean isKey =
          target.keyAttributes().stream()
              .anyMatch(attribute -> attribute.name().equals(path.attribute()));
      if (isKey && !path.isTopLevel()) {
        throw notScalar(path.attribute());
      }
      byName.put(path.toString(), entry.getValue());
    }
    return byName;
  }

  private static EncodedValue equal(SortCondition bound) {
    if (bound instanceof SortCondition.Compare compare && compare.comparator() == Comparator.EQ) {
      return compare.value();
    }
    throw ApiException.validation(UNSUPPORTED);
  }

  private static void check(SortCondition bound, KeyAttribute attribute, ReadTarget target) {
    requireType(bound, attribute);
    for (EncodedValue value : KeyConditions.values(bound)) {
      ItemChecks.requireNotEmpty(target, attribute.name(), value);
    }
  }

  private static void requireType(SortCondition bound, KeyAttribute attribute) {
    for (EncodedValue value : KeyConditions.values(bound)) {
      if (!ItemChecks.hasType(value, attribute)) {
        throw ApiException.invalidParameter("Condition parameter type does not match schema type");
      }
    }
  }

  private static ApiException missed(String name) {
    return ApiException.validation("Query condition missed key schema element: " + name);
  }

  static ApiException notScalar(String name) {
    return ApiException.validation(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            + "allowed: Key: "
            + name);
  }

  /**
   * Fails when a page cannot start at this key, because the query would never reach it. Source for
   * the words, of which the last ones fit oddly: dynalite's tests ({@code query.js}).
   */
  void requireInside(Item startKey) {
    boolean isOfPartition = has(startKey, target.partitionKey(), interval.partitionKey());
    int equalCount = interval.sortEquals().size();
    if (interval.sort() instanceof SortCondition.Any) {
      if (!isOfPartition) {
        throw ApiException.validation(
            "The provided starting key is outside query boundaries based on provided conditions");
      }
      return;
    }
    EncodedValue sortStart = startKey.attribute(target.sortKey().get(equalCount).name());
    if (sortStart == null
        || !has(startKey, target.sortKey().subList(0, equalCount), interval.sortEquals())
        || !contains(sortStart)) {
      throw ApiException.validation(
          "The provided starting key does not match the range key predicate");
    }
    if (!isOfPartition) {
      throw ApiException.validation("The query can return at most one row and cannot be restarted");
    }
  }

  private static boolean has(Item key, List<KeyAttribute> attributes, List<EncodedValue> values) {
    for (int i = 0; i < attributes.size(); i++) {
      if (!values.get(i).equals(key.attribute(attributes.get(i).name()))) {
        return false;
      }
    }
    return true;
  }

  private boolean contains(EncodedValue value) {
    SortCondition sort = interval.sort();
    if (sort instanceof SortCondition.Compare compare) {
      int order = value.compareScalar(compare.value());
      return switch (compare.comparator()) {
        case EQ -> order == 0;
        case LT -> order < 0;
        case LE -> order <= 0;
        case GT -> order > 0;
        case GE -> order >= 0;
        case NE -> false;
      };
    }
    if (sort instanceof SortCondition.Between between) {
      return value.compareScalar(between.low()) >= 0 && value.compareScalar(between.high()) <= 0;
    }
    if (sort instanceof SortCondition.BeginsWith begins) {
      return value.scalarBytes().startsWith(begins.prefix().scalarBytes());
    }
    return true;
  }
}
