package dev.holdfast.node.dynamodb.legacy;

import static dev.holdfast.node.dynamodb.legacy.LegacyShapes.KEY_CONDITIONS;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.parser.KeyConditions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** KeyConditions, as far as it can be understood without the table; one or two. */
public final class LegacyKeyConditions {
  private static final int COUNT_MAX = 2;
  private static final String UNSUPPORTED = "Query key condition not supported";

  private final Map<String, Comparison> byName = new LinkedHashMap<>();

  private LegacyKeyConditions(List<Comparison> comparisons) {
    comparisons.forEach(each -> byName.put(each.path().attribute(), each));
  }

  /**
   * @param fields have the member
   */
  public static LegacyKeyConditions of(Fields fields) {
    List<Comparison> comparisons = LegacyConditions.comparisons(fields, KEY_CONDITIONS);
    if (comparisons.isEmpty() || comparisons.size() > COUNT_MAX) {
      throw ApiException.validation("Conditions can be of length 1 or 2 only");
    }
    return new LegacyKeyConditions(comparisons);
  }

  /** What they mean for a key, as an expression would say it. */
  public KeyConditions bounds(KeySchema schema) {
    KeyAttribute sortKey = schema.sortKey();
    if (sortKey == null && byName.size() > 1) {
      throw ApiException.validation(UNSUPPORTED);
    }
    check(schema.partitionKey());
    Comparison partition = require(schema.partitionKey());
    if (partition.operator() != ComparisonOperator.EQ) {
      throw ApiException.validation(UNSUPPORTED);
    }
    if (sortKey != null && byName.size() > 1) {
      check(sortKey);
    }
    Map<String, SortCondition> bounds = new LinkedHashMap<>();
    byName.forEach((name, comparison) -> bounds.put(name, comparison.bound()));
    return KeyConditions.of(bounds);
  }

  private void check(KeyAttribute key) {
    Comparison comparison = require(key);
    if (!comparison.operator().isIndexable()) {
      throw ApiException.validation(
          "Attempted conditional constraint is not an indexable operation");
    }
    String type = key.type().name();
    if (comparison.values().stream().anyMatch(value -> !value.type().name().equals(type))) {
      throw ApiException.invalidParameter("Condition parameter type does not match schema type");
    }
  }

  private Comparison require(KeyAttribute key) {
    Comparison comparison = byName.get(key.name());
    if (comparison == null) {
      throw ApiException.validation("Query condition missed key schema element: " + key.name());
    }
    return comparison;
  }
}
