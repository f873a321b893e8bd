package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.parser.Node.PathNode;
import dev.holdfast.protocol.parser.Node.ValueNode;
import java.util.List;

/** The checks of operands that conditions and updates share. */
final class Operands {
  private final TokenStream tokens;
  private final Substitutions substitutions;
  private final Paths paths;

  Operands(TokenStream tokens, Substitutions substitutions) {
    this.tokens = tokens;
    this.substitutions = substitutions;
    this.paths = new Paths(tokens, substitutions);
  }

  EncodedValue value(ValueNode node) {
    EncodedValue value = substitutions.value(node.reference());
    if (value == null) {
      throw tokens.invalid(
          "An expression attribute value used in expression is not defined; attribute value: "
              + node.reference());
    }
    return value;
  }

  Path path(PathNode node) {
    return paths.resolve(node);
  }

  /** The operand as a path; fails when it is anything else. */
  Path requirePath(String function, Node node) {
    if (Node.bare(node) instanceof PathNode path) {
      return path(path);
    }
    throw tokens.invalid(
        "Operator or function requires a document path; operator or function: " + function);
  }

  void requireCount(String function, List<Node> operands, int count) {
    if (operands.size() != count) {
      throw tokens.invalid(
          "Incorrect number of operands for operator or function; operator or function: "
              + function
              + ", number of operands: "
              + operands.size());
    }
  }

  InvalidExpressionException wrongType(String operator, AttributeType type) {
    return tokens.invalid(
        "Incorrect operand type for operator or function; operator or function: "
            + operator
            + ", operand type: "
            + type);
  }

  /** Fails when the first operand is a path that stands among the others too. */
  void requireDistinct(String operator, Path first, Path other) {
    if (first.equals(other)) {
      throw tokens.invalid(
          "The first operand must be distinct from the remaining operands for this operator or "
              + "function; operator: "
              + operator
              + ", first operand: "
              + Paths.display(first));
    }
  }
}
