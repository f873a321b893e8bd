package dev.holdfast.node.dynamodb.legacy;

import static dev.holdfast.node.dynamodb.legacy.LegacyShapes.KEY_CONDITIONS;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.parser.KeyConditions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** KeyConditions, as far as it can be understood without the table; one or two, or more of more. */
public final class LegacyKeyConditions {
  private static final int COUNT_MAX = 2;
  private static final String UNSUPPORTED = "Query key condition not supported";

  private final Map<String, Comparison> byName = new LinkedHashMap<>();

  private LegacyKeyConditions(List<Comparison> comparisons) {
    comparisons.forEach(each -> byName.put(each.path().attribute(), each));
  }

  /**
   * @param fields have the member
   * @param attributeCount of the key that is asked for
   */
  public static LegacyKeyConditions of(Fields fields, int attributeCount) {
    List<Comparison> comparisons = LegacyConditions.comparisons(fields, KEY_CONDITIONS);
    if (comparisons.isEmpty() || comparisons.size() > Math.max(COUNT_MAX, attributeCount)) {
      throw ApiException.validation("Conditions can be of length 1 or 2 only");
    }
    return new LegacyKeyConditions(comparisons);
  }

  /** What they mean for a key, as an expression would say it. */
  public KeyConditions bounds(List<KeyAttribute> partitionKey, List<KeyAttribute> sortKey) {
    int sortCount = byName.size() - partitionKey.size();
    if (sortCount > sortKey.size()) {
      throw ApiException.validation(UNSUPPORTED);
    }
    partitionKey.forEach(this::check);
    for (KeyAttribute key : partitionKey) {
      if (require(key).operator() != ComparisonOperator.EQ) {
        throw ApiException.validation(UNSUPPORTED);
      }
    }
    for (int i = 0; i < sortCount; i++) {
      check(sortKey.get(i));
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
