package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.parser.Node.PathNode;
import dev.holdfast.protocol.parser.Node.ValueNode;

/** The checks of operands that conditions and updates share. */
final class Operands {
  private final TokenStream tokens;
  private final Substitutions substitutions;
  private final Paths paths;
  private final OperandRules rules;

  Operands(TokenStream tokens, Substitutions substitutions) {
    this.tokens = tokens;
    this.substitutions = substitutions;
    this.paths = new Paths(tokens, substitutions);
    this.rules = new OperandRules(tokens::invalid);
  }

  OperandRules rules() {
    return rules;
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
    throw rules.notAPath(function);
  }
}
