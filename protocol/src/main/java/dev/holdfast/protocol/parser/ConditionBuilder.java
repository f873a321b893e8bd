package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
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

/** Checks a parsed condition from left to right and builds the tree that is replicated. */
final class ConditionBuilder {
  private final TokenStream tokens;
  private final Operands operands;
  private final OperandRules rules;
  private final Vocabulary vocabulary;

  ConditionBuilder(TokenStream tokens, Substitutions substitutions) {
    this.tokens = tokens;
    this.operands = new Operands(tokens, substitutions);
    this.rules = operands.rules();
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
    return rules.compare(binary.operator(), comparator(binary.operator()), left, right);
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
    return rules.between(value, low, high);
  }

  private Condition in(InNode node) {
    Operand value = operand(node.value());
    List<Operand> candidates = new ArrayList<>();
    node.candidates().forEach(candidate -> candidates.add(operand(candidate)));
    return rules.in(value, candidates);
  }

  private Condition function(Call call) {
    String function = call.function();
    List<Node> given = call.operands();
    switch (function) {
      case "attribute_exists" -> {
        rules.requireCount(function, given.size(), 1);
        return new Condition.Exists(operands.requirePath(function, given.get(0)));
      }
      case "attribute_not_exists" -> {
        rules.requireCount(function, given.size(), 1);
        return new Condition.NotExists(operands.requirePath(function, given.get(0)));
      }
      case "attribute_type" -> {
        rules.requireCount(function, given.size(), 2);
        return hasType(given);
      }
      case "begins_with" -> {
        rules.requireCount(function, given.size(), 2);
        return rules.beginsWith(operand(given.get(0)), operand(given.get(1)));
      }
      case "contains" -> {
        rules.requireCount(function, given.size(), 2);
        return rules.contains(operand(given.get(0)), operand(given.get(1)));
      }
      case "size" -> throw rules.misplaced(function);
      default -> throw vocabulary.unknownFunction(function, family());
    }
  }

  private Condition hasType(List<Node> given) {
    Operand type = operand(given.get(1));
    rules.requireTypeName(type);
    return new Condition.HasType(operands.requirePath("attribute_type", given.get(0)), type);
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
          ? rules.misplaced(function)
          : vocabulary.unknownFunction(function, family());
    }
    rules.requireCount(function, call.operands().size(), 1);
    return rules.size(operand(call.operands().get(0)));
  }

  private String family() {
    return "a condition expression";
  }
}
