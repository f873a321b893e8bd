package dev.holdfast.node.dynamodb.legacy;

import static dev.holdfast.node.dynamodb.legacy.LegacyShapes.COMPARISON_OPERATOR;
import static dev.holdfast.node.dynamodb.legacy.LegacyShapes.CONDITIONAL_OPERATOR;
import static dev.holdfast.node.dynamodb.legacy.LegacyShapes.EXISTS;
import static dev.holdfast.node.dynamodb.legacy.LegacyShapes.EXPECTED;
import static dev.holdfast.node.dynamodb.legacy.LegacyShapes.VALUE;
import static dev.holdfast.node.dynamodb.legacy.LegacyShapes.VALUES;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.protocol.expression.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Expected, QueryFilter and ScanFilter, with ConditionalOperator, as conditions. */
public final class LegacyConditions {
  private LegacyConditions() {}

  /**
   * QueryFilter or ScanFilter; null when it is absent or empty.
   *
   * @param fields each condition with an operator, as the shape demands it
   */
  public static @Nullable Condition filter(Fields fields, String member) {
    List<Condition> conditions = new ArrayList<>();
    comparisons(fields, member).forEach(each -> conditions.add(each.condition()));
    return combined(fields, conditions);
  }

  /** The conditions of a member, in the order of the request. */
  static List<Comparison> comparisons(Fields fields, String member) {
    List<Comparison> comparisons = new ArrayList<>();
    each(fields, member)
        .forEach(
            (attribute, given) -> {
              String operator = Objects.requireNonNull(given.text(COMPARISON_OPERATOR));
              comparisons.add(Comparison.of(attribute, operator, given.list(VALUES)));
            });
    return comparisons;
  }

  /** Expected; null when it is absent or empty. */
  public static @Nullable Condition expected(Fields fields) {
    List<Condition> conditions = new ArrayList<>();
    each(fields, EXPECTED)
        .forEach((attribute, given) -> conditions.add(expectation(attribute, given).condition()));
    return combined(fields, conditions);
  }

  private static Map<String, Fields> each(Fields fields, String member) {
    Map<String, Fields> given = fields.map(member);
    return given == null ? Map.of() : given;
  }

  private static Comparison expectation(String attribute, Fields given) {
    AttributeMap value = given.attributes(VALUE);
    String operator = given.text(COMPARISON_OPERATOR);
    Boolean exists = given.truth(EXISTS);
    if (value != null && given.has(VALUES)) {
      throw clash("Value and AttributeValueList cannot be used together", attribute);
    }
    if (operator != null) {
      return compared(attribute, given, operator);
    }
    if (given.has(VALUES)) {
      throw clash("AttributeValueList can only be used with a ComparisonOperator", attribute);
    }
    if (Boolean.FALSE.equals(exists)) {
      if (value != null) {
        throw clash("Value cannot be used when Exists is false", attribute);
      }
      return Comparison.of(attribute, "NULL", List.of());
    }
    if (value == null) {
      throw clash("Value must be provided when Exists is " + exists, attribute);
    }
    return Comparison.of(attribute, "EQ", List.of(value));
  }

  private static Comparison compared(String attribute, Fields given, String operator) {
    AttributeMap value = given.attributes(VALUE);
    if (given.has(EXISTS)) {
      throw clash("Exists and ComparisonOperator cannot be used together", attribute);
    }
    boolean needsNone = operator.equals("NULL") || operator.equals("NOT_NULL");
    if (value == null && !given.has(VALUES) && !needsNone) {
      throw clash(
          "Value or AttributeValueList must be used with ComparisonOperator: " + operator,
          attribute);
    }
    return Comparison.of(attribute, operator, value == null ? given.list(VALUES) : List.of(value));
  }

  private static ApiException clash(String problem, String attribute) {
    return ApiException.invalidParameter(problem + " for Attribute: " + attribute);
  }

  private static @Nullable Condition combined(Fields fields, List<Condition> conditions) {
    String operator = fields.text(CONDITIONAL_OPERATOR);
    if (operator != null && conditions.isEmpty()) {
      throw ApiException.validation(
          "ConditionalOperator cannot be used without Filter or Expected");
    }
    if (operator != null && conditions.size() == 1) {
      throw ApiException.validation(
          "ConditionalOperator can only be used when Filter or Expected has two or more elements");
    }
    return conditions.isEmpty() ? null : balanced(conditions, "OR".equals(operator));
  }

  /** A tree of little depth: there is no limit to how many conditions a request may have. */
  private static Condition balanced(List<Condition> conditions, boolean isAnyEnough) {
    int count = conditions.size();
    if (count == 1) {
      return conditions.get(0);
    }
    Condition left = balanced(conditions.subList(0, count / 2), isAnyEnough);
    Condition right = balanced(conditions.subList(count / 2, count), isAnyEnough);
    return isAnyEnough ? new Condition.Or(left, right) : new Condition.And(left, right);
  }
}
