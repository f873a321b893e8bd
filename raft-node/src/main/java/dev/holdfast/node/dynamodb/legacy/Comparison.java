package dev.holdfast.node.dynamodb.legacy;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An attribute compared with values.
 *
 * @param values as many as the operator takes, of one type that it takes
 */
record Comparison(Path path, ComparisonOperator operator, List<EncodedValue> values) {
  Comparison {
    values = List.copyOf(values);
  }

  /**
   * Checks in the order of the service: each value, their number, their types, their order.
   *
   * @param given null is none
   */
  static Comparison of(String attribute, String operatorName, @Nullable List<AttributeMap> given) {
    Path path = AttributeNames.path(attribute);
    List<EncodedValue> values = new ArrayList<>();
    for (AttributeMap each : given == null ? List.<AttributeMap>of() : given) {
      values.add(each.value());
    }
    ComparisonOperator operator = ComparisonOperator.valueOf(operatorName);
    if (!operator.takes(values.size())) {
      throw ApiException.invalidParameter(
          "Invalid number of argument(s) for the " + operator + " ComparisonOperator");
    }
    requireTypes(operator, values);
    if (operator == ComparisonOperator.BETWEEN && values.get(0).compareScalar(values.get(1)) > 0) {
      throw ApiException.validation(
          "The BETWEEN condition was provided a range where the lower bound is greater than the "
              + "upper bound");
    }
    return new Comparison(path, operator, values);
  }

  private static void requireTypes(ComparisonOperator operator, List<EncodedValue> values) {
    if (values.isEmpty()) {
      return;
    }
    AttributeType type = values.get(0).type();
    for (EncodedValue value : values) {
      if (value.type() != type) {
        throw ApiException.invalidParameter(
            "AttributeValues inside AttributeValueList must be of same type");
      }
    }
    if (!operator.takes(type)) {
      throw ApiException.invalidParameter(
          "ComparisonOperator " + operator + " is not valid for " + type + " AttributeValue type");
    }
  }

  /**
   * The same as an expression. An absent attribute is unequal to everything, but neither contains
   * nor does not contain anything. Source: Alternator, {@code test_expected.py}.
   */
  Condition condition() {
    return switch (operator) {
      case EQ -> compare(Comparator.EQ);
      case NE -> compare(Comparator.NE);
      case LE -> compare(Comparator.LE);
      case LT -> compare(Comparator.LT);
      case GE -> compare(Comparator.GE);
      case GT -> compare(Comparator.GT);
      case BETWEEN -> new Condition.Between(attribute(), literal(0), literal(1));
      case IN -> new Condition.In(attribute(), literals());
      case NOT_NULL -> new Condition.Exists(path);
      case NULL -> new Condition.NotExists(path);
      case CONTAINS -> contains();
      case NOT_CONTAINS ->
          new Condition.And(new Condition.Exists(path), new Condition.Not(contains()));
      case BEGINS_WITH -> new Condition.BeginsWith(attribute(), literal(0));
    };
  }

  /** The same as a bound of a key; the operator must be indexable. */
  SortCondition bound() {
    return switch (operator) {
      case EQ -> bound(Comparator.EQ);
      case LE -> bound(Comparator.LE);
      case LT -> bound(Comparator.LT);
      case GE -> bound(Comparator.GE);
      case GT -> bound(Comparator.GT);
      case BETWEEN -> new SortCondition.Between(values.get(0), values.get(1));
      case BEGINS_WITH -> new SortCondition.BeginsWith(values.get(0));
      case NE, IN, NOT_NULL, NULL, CONTAINS, NOT_CONTAINS ->
          throw new IllegalStateException(operator + " bounds no key");
    };
  }

  private SortCondition bound(Comparator comparator) {
    return new SortCondition.Compare(comparator, values.get(0));
  }

  private Condition compare(Comparator comparator) {
    return new Condition.Compare(comparator, attribute(), literal(0));
  }

  private Condition contains() {
    return new Condition.Contains(attribute(), literal(0));
  }

  private Operand attribute() {
    return new Operand.Attribute(path);
  }

  private Operand literal(int index) {
    return new Operand.Literal(values.get(index));
  }

  private List<Operand> literals() {
    List<Operand> literals = new ArrayList<>(values.size());
    values.forEach(value -> literals.add(new Operand.Literal(value)));
    return literals;
  }
}
