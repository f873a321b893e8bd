package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.EncodedValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A parsed KeyConditionExpression: one bound for each of one or two attributes, or of more for a
 * key that has more. Whether those are the key is for the caller to check, who knows the table.
 */
public final class KeyConditions {
  private static final int COUNT_MAX = 2;

  private final Map<Path, SortCondition> bounds;

  private KeyConditions(Map<Path, SortCondition> bounds, int countMax) {
    if (bounds.isEmpty() || bounds.size() > Math.max(COUNT_MAX, countMax)) {
      throw new InvalidExpressionException("Conditions can be of length 1 or 2 only");
    }
    this.bounds = bounds;
  }

  /**
   * What a condition, which {@link Expressions} has understood, says of keys.
   *
   * @throws InvalidExpressionException when it is none that can bound a key
   */
  public static KeyConditions of(Condition condition) {
    return of(condition, COUNT_MAX);
  }

  /**
   * As {@link #of(Condition)}.
   *
   * @param attributeCount of the key that is asked for
   */
  public static KeyConditions of(Condition condition, int attributeCount) {
    Map<Path, SortCondition> bounds = new LinkedHashMap<>();
    condition.dispatch(new Collector(bounds));
    return new KeyConditions(bounds, attributeCount);
  }

  /** The same as {@link #of(Condition)} for the legacy parameter KeyConditions. */
  public static KeyConditions of(Map<String, SortCondition> legacy) {
    Map<Path, SortCondition> bounds = new LinkedHashMap<>();
    legacy.forEach((name, bound) -> bounds.put(Path.of(name), bound));
    return new KeyConditions(bounds, bounds.size());
  }

  /** The bounds by path, in the order of the request. */
  public Map<Path, SortCondition> bounds() {
    return bounds;
  }

  /** Takes a condition apart; only what can bound a key is let through. */
  private record Collector(Map<Path, SortCondition> bounds) implements Condition.Handler<Boolean> {
    @Override
    public Boolean and(Condition.And condition) {
      condition.left().dispatch(this);
      return condition.right().dispatch(this);
    }

    @Override
    public Boolean compare(Condition.Compare condition) {
      if (condition.comparator() == Comparator.NE) {
        throw illegalOperator("<>");
      }
      if (condition.left() instanceof Operand.Literal literal
          && condition.right() instanceof Operand.Attribute attribute) {
        return add(
            attribute.path(),
            new SortCondition.Compare(mirrored(condition.comparator()), literal.value()));
      }
      Path path = path(condition.left(), condition.right());
      return add(path, new SortCondition.Compare(condition.comparator(), value(condition.right())));
    }

    @Override
    public Boolean between(Condition.Between condition) {
      Path path = firstOperand("BETWEEN", condition.value());
      return add(path, new SortCondition.Between(value(condition.low()), value(condition.high())));
    }

    @Override
    public Boolean beginsWith(Condition.BeginsWith condition) {
      Path path = firstOperand("begins_with", condition.value());
      return add(path, new SortCondition.BeginsWith(value(condition.prefix())));
    }

    @Override
    public Boolean in(Condition.In condition) {
      throw illegalOperator("IN");
    }

    @Override
    public Boolean or(Condition.Or condition) {
      throw illegalOperator("OR");
    }

    @Override
    public Boolean not(Condition.Not condition) {
      throw illegalOperator("NOT");
    }

    @Override
    public Boolean exists(Condition.Exists condition) {
      throw illegalOperator("attribute_exists");
    }

    @Override
    public Boolean notExists(Condition.NotExists condition) {
      throw illegalOperator("attribute_not_exists");
    }

    @Override
    public Boolean hasType(Condition.HasType condition) {
      throw illegalOperator("attribute_type");
    }

    @Override
    public Boolean contains(Condition.Contains condition) {
      throw illegalOperator("contains");
    }

    private Boolean add(Path path, SortCondition bound) {
      if (bounds.putIfAbsent(path, bound) != null) {
        throw new InvalidExpressionException(
            "KeyConditionExpressions must only contain one condition per key");
      }
      return true;
    }

    private static Path path(Operand left, Operand right) {
      if (left instanceof Operand.SizeOf || right instanceof Operand.SizeOf) {
        throw nestedOperation();
      }
      if (left instanceof Operand.Attribute attribute) {
        return attribute.path();
      }
      throw new InvalidExpressionException(
          "Invalid condition in KeyConditionExpression: No key attribute specified");
    }

    private static Path firstOperand(String operator, Operand operand) {
      if (operand instanceof Operand.Attribute attribute) {
        return attribute.path();
      }
      throw new InvalidExpressionException(
          "Invalid condition in KeyConditionExpression: "
              + operator
              + " operator must have the key attribute as its first operand");
    }

    private static EncodedValue value(Operand operand) {
      if (operand instanceof Operand.Literal literal) {
        return literal.value();
      }
      if (operand instanceof Operand.SizeOf) {
        throw nestedOperation();
      }
      throw new InvalidExpressionException(
          "Invalid condition in KeyConditionExpression: Multiple attribute names used in one "
              + "condition");
    }

    private static Comparator mirrored(Comparator comparator) {
      return switch (comparator) {
        case LT -> Comparator.GT;
        case LE -> Comparator.GE;
        case GT -> Comparator.LT;
        case GE -> Comparator.LE;
        case EQ, NE -> comparator;
      };
    }

    private static InvalidExpressionException illegalOperator(String operator) {
      return new InvalidExpressionException(
          "Invalid operator used in KeyConditionExpression: " + operator);
    }

    private static InvalidExpressionException nestedOperation() {
      return new InvalidExpressionException(
          "KeyConditionExpressions cannot contain nested operations");
    }
  }

  /** Every value that bounds the key, for checks of its type. */
  public static List<EncodedValue> values(SortCondition bound) {
    if (bound instanceof SortCondition.Compare compare) {
      return List.of(compare.value());
    }
    if (bound instanceof SortCondition.Between between) {
      return List.of(between.low(), between.high());
    }
    return bound instanceof SortCondition.BeginsWith begins ? List.of(begins.prefix()) : List.of();
  }
}
