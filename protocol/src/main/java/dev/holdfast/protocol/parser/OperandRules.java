package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Which operands go together, whichever language they were written in: expressions and PartiQL have
 * the same rules, and the same words for what breaks them.
 */
public final class OperandRules {
  private static final int CANDIDATE_COUNT_MAX = 100;
  private static final Set<AttributeType> ORDERED =
      Set.of(AttributeType.S, AttributeType.N, AttributeType.B);
  private static final Set<AttributeType> WITHOUT_SIZE =
      Set.of(AttributeType.N, AttributeType.BOOL, AttributeType.NULL);

  private final Function<String, ? extends RuntimeException> refusal;

  /**
   * @param refusal what to fail with, by its message
   */
  public OperandRules(Function<String, ? extends RuntimeException> refusal) {
    this.refusal = refusal;
  }

  /**
   * @param symbol as it was written: {@code !=} is {@code <>}
   */
  public Condition compare(String symbol, Comparator comparator, Operand left, Operand right) {
    if (comparator != Comparator.EQ && comparator != Comparator.NE) {
      requireOrdered(symbol, left);
      requireOrdered(symbol, right);
    }
    requireDistinct(symbol, left, List.of(right));
    return new Condition.Compare(comparator, left, right);
  }

  public Condition between(Operand value, Operand low, Operand high) {
    requireOrdered("BETWEEN", value);
    requireOrdered("BETWEEN", low);
    requireOrdered("BETWEEN", high);
    if (low instanceof Operand.Literal lower && high instanceof Operand.Literal upper) {
      requireBounds(lower.value(), upper.value());
    }
    requireDistinct("BETWEEN", value, List.of(low, high));
    return new Condition.Between(value, low, high);
  }

  private void requireBounds(EncodedValue low, EncodedValue high) {
    String problem = null;
    if (low.type() != high.type()) {
      problem = "same data type for lower and upper bounds";
    } else if (low.compareScalar(high) > 0) {
      problem = "upper bound to be greater than or equal to lower bound";
    }
    if (problem != null) {
      throw refusal.apply(
          "The BETWEEN operator requires "
              + problem
              + "; lower bound operand: "
              + display(low)
              + ", upper bound operand: "
              + display(high));
    }
  }

  private static String display(EncodedValue value) {
    String text =
        switch (value.type()) {
          case S -> value.string();
          case N -> value.numberText();
          default -> value.scalarBytes().toString();
        };
    return "AttributeValue: {" + value.type() + ":" + text + "}";
  }

  public Condition in(Operand value, List<Operand> candidates) {
    if (candidates.size() > CANDIDATE_COUNT_MAX) {
      throw refusal.apply(
          "The IN operator is provided with too many operands; number of operands: "
              + candidates.size());
    }
    requireDistinct("IN", value, candidates);
    return new Condition.In(value, candidates);
  }

  public Condition beginsWith(Operand value, Operand prefix) {
    requireText("begins_with", value);
    requireText("begins_with", prefix);
    requireDistinct("begins_with", value, List.of(prefix));
    return new Condition.BeginsWith(value, prefix);
  }

  public Condition contains(Operand container, Operand operand) {
    requireDistinct("contains", container, List.of(operand));
    return new Condition.Contains(container, operand);
  }

  /** Fails when this is not the name of a type, as the second operand of attribute_type is. */
  public void requireTypeName(Operand type) {
    if (!(type instanceof Operand.Literal literal)) {
      throw wrongType("attribute_type", "{NS,M,N,NULL,BOOL,SS,L,B,BS,S}");
    }
    if (literal.value().type() != AttributeType.S) {
      throw wrongType("attribute_type", literal.value().type());
    }
    String name = literal.value().string();
    for (AttributeType each : AttributeType.values()) {
      if (each.name().equals(name)) {
        return;
      }
    }
    throw refusal.apply(
        "Invalid attribute type name found; type: "
            + name
            + ", valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}");
  }

  /** What {@code size} is of an operand; of a literal it is a literal. */
  public Operand size(Operand measured) {
    if (measured instanceof Operand.Attribute attribute) {
      return new Operand.SizeOf(attribute.path());
    }
    if (!(measured instanceof Operand.Literal literal)) {
      throw wrongType("size", AttributeType.N); // size(size(x))
    }
    EncodedValue value = literal.value();
    if (WITHOUT_SIZE.contains(value.type())) {
      throw wrongType("size", value.type());
    }
    return new Operand.Literal(EncodedValue.ofNumber(value.size()));
  }

  public void requireCount(String function, int given, int wanted) {
    if (given != wanted) {
      throw wrongCount(function, given);
    }
  }

  public RuntimeException wrongCount(String function, int given) {
    return refusal.apply(
        "Incorrect number of operands for operator or function; operator or function: "
            + function
            + ", number of operands: "
            + given);
  }

  public RuntimeException notAPath(String function) {
    return refusal.apply(
        "Operator or function requires a document path; operator or function: " + function);
  }

  public RuntimeException misplaced(String function) {
    return refusal.apply(
        "The function is not allowed to be used this way in an expression; function: " + function);
  }

  public RuntimeException wrongType(String operator, AttributeType type) {
    return wrongType(operator, type.name());
  }

  private RuntimeException wrongType(String operator, String types) {
    return refusal.apply(
        "Incorrect operand type for operator or function; operator or function: "
            + operator
            + ", operand type: "
            + types);
  }

  private void requireOrdered(String operator, Operand operand) {
    if (operand instanceof Operand.Literal literal && !ORDERED.contains(literal.value().type())) {
      throw wrongType(operator, literal.value().type());
    }
  }

  private void requireText(String function, Operand operand) {
    if (operand instanceof Operand.SizeOf) {
      throw wrongType(function, AttributeType.N);
    }
    if (operand instanceof Operand.Literal literal
        && literal.value().type() != AttributeType.S
        && literal.value().type() != AttributeType.B) {
      throw wrongType(function, literal.value().type());
    }
  }

  /** Fails when the first operand is a path that stands among the others too. */
  public void requireDistinct(String operator, Operand first, List<Operand> others) {
    if (first instanceof Operand.Attribute attribute && others.contains(first)) {
      throw refusal.apply(
          "The first operand must be distinct from the remaining operands for this operator or "
              + "function; operator: "
              + operator
              + ", first operand: "
              + attribute.path().bracketed());
    }
  }
}
