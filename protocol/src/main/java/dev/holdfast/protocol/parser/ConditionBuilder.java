package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.parser.Node.BetweenNode;
import dev.holdfast.protocol.parser.Node.Binary;
import dev.holdfast.protocol.parser.Node.Call;
import dev.holdfast.protocol.parser.Node.InNode;
import dev.holdfast.protocol.parser.Node.Junction;
import dev.holdfast.protocol.parser.Node.Negation;
import dev.holdfast.protocol.parser.Node.PathNode;
import dev.holdfast.protocol.parser.Node.ValueNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Checks a parsed condition from left to right and builds the tree that is replicated. */
final class ConditionBuilder {
  private static final int CANDIDATE_COUNT_MAX = 100;
  private static final Set<AttributeType> ORDERED =
      Set.of(AttributeType.S, AttributeType.N, AttributeType.B);
  private static final Set<AttributeType> WITHOUT_SIZE =
      Set.of(AttributeType.N, AttributeType.BOOL, AttributeType.NULL);

  private final TokenStream tokens;
  private final Operands operands;
  private final Vocabulary vocabulary;

  ConditionBuilder(TokenStream tokens, Substitutions substitutions) {
    this.tokens = tokens;
    this.operands = new Operands(tokens, substitutions);
    this.vocabulary = new Vocabulary(tokens);
  }

  Condition build(Node node) {
    vocabulary.check(node);
    return condition(node);
  }

  private Condition condition(Node wrapped) {
    Node node = Node.bare(wrapped);
    if (node instanceof Junction junction) {
      Condition left = condition(junction.left());
      Condition right = condition(junction.right());
      return junction.isAnd() ? new Condition.And(left, right) : new Condition.Or(left, right);
    }
    if (node instanceof Negation negation) {
      return new Condition.Not(condition(negation.negated()));
    }
    if (node instanceof Binary binary) {
      return comparison(binary);
    }
    if (node instanceof BetweenNode between) {
      return between(between);
    }
    if (node instanceof InNode in) {
      return in(in);
    }
    if (node instanceof Call call) {
      return function(call);
    }
    throw tokens.syntaxError(); // the grammar lets no operand stand alone
  }

  private Condition comparison(Binary binary) {
    Operand left = operand(binary.left());
    Operand right = operand(binary.right());
    Comparator comparator = comparator(binary.operator());
    if (comparator != Comparator.EQ && comparator != Comparator.NE) {
      requireOrdered(binary.operator(), left);
      requireOrdered(binary.operator(), right);
    }
    requireDistinct(binary.operator(), left, List.of(right));
    return new Condition.Compare(comparator, left, right);
  }

  private static Comparator comparator(String symbol) {
    for (Comparator comparator : Comparator.values()) {
      if (comparator.symbol().equals(symbol)) {
        return comparator;
      }
    }
    throw new IllegalStateException("not a comparator: " + symbol);
  }

  private Condition between(BetweenNode node) {
    Operand value = operand(node.value());
    Operand low = operand(node.low());
    Operand high = operand(node.high());
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
      throw tokens.invalid(
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

  private Condition in(InNode node) {
    Operand value = operand(node.value());
    List<Operand> candidates = new ArrayList<>();
    node.candidates().forEach(candidate -> candidates.add(operand(candidate)));
    if (candidates.size() > CANDIDATE_COUNT_MAX) {
      throw tokens.invalid(
          "The IN operator is provided with too many operands; number of operands: "
              + candidates.size());
    }
    requireDistinct("IN", value, candidates);
    return new Condition.In(value, candidates);
  }

  private Condition function(Call call) {
    String function = call.function();
    List<Node> given = call.operands();
    switch (function) {
      case "attribute_exists" -> {
        operands.requireCount(function, given, 1);
        return new Condition.Exists(operands.requirePath(function, given.get(0)));
      }
      case "attribute_not_exists" -> {
        operands.requireCount(function, given, 1);
        return new Condition.NotExists(operands.requirePath(function, given.get(0)));
      }
      case "attribute_type" -> {
        operands.requireCount(function, given, 2);
        return hasType(given);
      }
      case "begins_with" -> {
        operands.requireCount(function, given, 2);
        return beginsWith(given);
      }
      case "contains" -> {
        operands.requireCount(function, given, 2);
        Operand container = operand(given.get(0));
        Operand operand = operand(given.get(1));
        requireDistinct(function, container, List.of(operand));
        return new Condition.Contains(container, operand);
      }
      case "size" -> throw misplaced(function);
      default -> throw vocabulary.unknownFunction(function, family());
    }
  }

  private Condition hasType(List<Node> given) {
    String function = "attribute_type";
    Operand type = operand(given.get(1));
    if (!(type instanceof Operand.Literal literal)) {
      throw tokens.invalid(
          "Incorrect operand type for operator or function; operator or function: attribute_type, "
              + "operand type: {NS,M,N,NULL,BOOL,SS,L,B,BS,S}");
    }
    if (literal.value().type() != AttributeType.S) {
      throw operands.wrongType(function, literal.value().type());
    }
    String name = literal.value().string();
    boolean known = false;
    for (AttributeType each : AttributeType.values()) {
      known |= each.name().equals(name);
    }
    if (!known) {
      throw tokens.invalid(
          "Invalid attribute type name found; type: "
              + name
              + ", valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}");
    }
    return new Condition.HasType(operands.requirePath(function, given.get(0)), type);
  }

  private Condition beginsWith(List<Node> given) {
    String function = "begins_with";
    Operand value = operand(given.get(0));
    Operand prefix = operand(given.get(1));
    requireText(function, value);
    requireText(function, prefix);
    requireDistinct(function, value, List.of(prefix));
    return new Condition.BeginsWith(value, prefix);
  }

  private Operand operand(Node wrapped) {
    Node node = Node.bare(wrapped);
    if (node instanceof PathNode path) {
      return new Operand.Attribute(operands.path(path));
    }
    if (node instanceof ValueNode value) {
      return new Operand.Literal(operands.value(value));
    }
    if (node instanceof Call call) {
      return size(call);
    }
    throw tokens.syntaxError(); // the grammar lets nothing else stand here
  }

  /** {@code size} is the only function with a value; of a literal it is a literal. */
  private Operand size(Call call) {
    String function = call.function();
    if (!function.equals("size")) {
      throw Vocabulary.CONDITION_FUNCTIONS.contains(function)
          ? misplaced(function)
          : vocabulary.unknownFunction(function, family());
    }
    operands.requireCount(function, call.operands(), 1);
    Operand measured = operand(call.operands().get(0));
    if (measured instanceof Operand.Attribute attribute) {
      return new Operand.SizeOf(attribute.path());
    }
    if (!(measured instanceof Operand.Literal literal)) {
      throw operands.wrongType(function, AttributeType.N); // size(size(x))
    }
    EncodedValue value = literal.value();
    if (WITHOUT_SIZE.contains(value.type())) {
      throw operands.wrongType(function, value.type());
    }
    return new Operand.Literal(EncodedValue.ofNumber(value.size()));
  }

  private String family() {
    return "a condition expression";
  }

  private InvalidExpressionException misplaced(String function) {
    return tokens.invalid(
        "The function is not allowed to be used this way in an expression; function: " + function);
  }

  private void requireOrdered(String operator, Operand operand) {
    if (operand instanceof Operand.Literal literal && !ORDERED.contains(literal.value().type())) {
      throw operands.wrongType(operator, literal.value().type());
    }
  }

  private void requireText(String function, Operand operand) {
    if (operand instanceof Operand.SizeOf) {
      throw operands.wrongType(function, AttributeType.N);
    }
    if (operand instanceof Operand.Literal literal
        && literal.value().type() != AttributeType.S
        && literal.value().type() != AttributeType.B) {
      throw operands.wrongType(function, literal.value().type());
    }
  }

  private void requireDistinct(String operator, Operand first, List<Operand> others) {
    if (!(first instanceof Operand.Attribute attribute)) {
      return;
    }
    Path path = attribute.path();
    for (Operand other : others) {
      if (other instanceof Operand.Attribute candidate) {
        operands.requireDistinct(operator, path, candidate.path());
      }
    }
  }
}
