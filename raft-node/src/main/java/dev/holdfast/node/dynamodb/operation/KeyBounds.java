package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.parser.KeyConditions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The key conditions of a query as its table or index understands them. */
record KeyBounds(EncodedValue partitionKey, SortCondition sort) {

  /** Checks that the conditions bound this key, and nothing else. */
  static KeyBounds of(KeyConditions conditions, KeySchema schema, @Nullable LocalIndex index) {
    Map<String, SortCondition> byName = new LinkedHashMap<>();
    for (Map.Entry<Path, SortCondition> entry : conditions.bounds().entrySet()) {
      Path path = entry.getKey();
      boolean isKey =
          schema.attributes().stream()
              .anyMatch(attribute -> attribute.name().equals(path.attribute()));
      if (isKey && !path.isTopLevel()) {
        throw notScalar(path.attribute());
      }
      byName.put(path.toString(), entry.getValue());
    }
    KeyAttribute partition = schema.partitionKey();
    SortCondition partitionBound = byName.remove(partition.name());
    if (partitionBound == null) {
      throw missed(partition.name());
    }
    if (!(partitionBound instanceof SortCondition.Compare compare)
        || compare.comparator() != Comparator.EQ) {
      throw ApiException.validation("Query key condition not supported");
    }
    requireType(partitionBound, partition);
    requireNotEmpty(partition, compare.value(), index);
    if (byName.isEmpty()) {
      return new KeyBounds(compare.value(), new SortCondition.Any());
    }
    KeyAttribute sortKey = schema.sortKey();
    SortCondition sort = sortKey == null ? null : byName.get(sortKey.name());
    if (sortKey == null || sort == null) {
      throw missed(sortKey == null ? byName.keySet().iterator().next() : sortKey.name());
    }
    requireType(sort, sortKey);
    for (EncodedValue value : KeyConditions.values(sort)) {
      requireNotEmpty(sortKey, value, index);
    }
    return new KeyBounds(compare.value(), sort);
  }

  /**
   * A key of an index is spoken of as one, also the partition key that it shares with its table.
   */
  private static void requireNotEmpty(
      KeyAttribute attribute, EncodedValue value, @Nullable LocalIndex index) {
    if (index == null) {
      ItemChecks.requireNotEmpty(attribute.name(), value);
    } else {
      ItemChecks.requireIndexKeyNotEmpty(index, attribute.name(), value);
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
  void requireInside(Item startKey, KeySchema schema) {
    boolean isOfPartition = partitionKey.equals(startKey.attribute(schema.partitionKey().name()));
    KeyAttribute sortKey = schema.sortKey();
    if (sortKey == null || sort instanceof SortCondition.Any) {
      if (!isOfPartition) {
        throw ApiException.validation(
            "The provided starting key is outside query boundaries based on provided conditions");
      }
      return;
    }
    EncodedValue sortStart = startKey.attribute(sortKey.name());
    if (sortStart == null || !contains(sortStart)) {
      throw ApiException.validation(
          "The provided starting key does not match the range key predicate");
    }
    if (!isOfPartition) {
      throw ApiException.validation("The query can return at most one row and cannot be restarted");
    }
  }

  private boolean contains(EncodedValue value) {
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
