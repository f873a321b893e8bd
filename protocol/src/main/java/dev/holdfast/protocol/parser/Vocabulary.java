package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.parser.Node.ActionNode;
import dev.holdfast.protocol.parser.Node.BetweenNode;
import dev.holdfast.protocol.parser.Node.Binary;
import dev.holdfast.protocol.parser.Node.Call;
import dev.holdfast.protocol.parser.Node.InNode;
import dev.holdfast.protocol.parser.Node.Junction;
import dev.holdfast.protocol.parser.Node.Negation;
import dev.holdfast.protocol.parser.Node.Parentheses;
import dev.holdfast.protocol.parser.Node.PathNode;
import dev.holdfast.protocol.parser.Node.UpdateNode;
import java.util.List;
import java.util.Set;

/** The functions there are, and the check for reserved words, which comes before all others. */
final class Vocabulary {
  static final Set<String> CONDITION_FUNCTIONS =
      Set.of(
          "attribute_exists",
          "attribute_not_exists",
          "attribute_type",
          "begins_with",
          "contains",
          "size");
  static final Set<String> UPDATE_FUNCTIONS = Set.of("if_not_exists", "list_append");

  private final TokenStream tokens;

  Vocabulary(TokenStream tokens) {
    this.tokens = tokens;
  }

  void check(UpdateNode update) {
    checkParentheses();
    for (ActionNode action : update.actions()) {
      checkWords(action.path());
      checkWords(action.right());
    }
  }

  void check(Node condition) {
    checkParentheses();
    checkWords(condition);
  }

  private void checkParentheses() {
    if (tokens.hasRedundantParentheses()) {
      throw tokens.invalid("The expression has redundant parentheses;");
    }
  }

  private void checkWords(List<Node> nodes) {
    for (Node node : nodes) {
      checkWords(node);
    }
  }

  private void checkWords(Node node) {
    if (node instanceof PathNode path) {
      for (PathNode.Step step : path.steps()) {
        if (step.kind() == PathNode.Step.Kind.WORD && ReservedWords.contains(step.text())) {
          throw tokens.invalid(
              "Attribute name is a reserved keyword; reserved keyword: " + step.text());
        }
      }
    } else if (node instanceof Call call) {
      checkWords(call.operands());
    } else if (node instanceof Binary binary) {
      checkWords(binary.left());
      checkWords(binary.right());
    } else if (node instanceof Junction junction) {
      checkWords(junction.left());
      checkWords(junction.right());
    } else if (node instanceof Negation negation) {
      checkWords(negation.negated());
    } else if (node instanceof BetweenNode between) {
      checkWords(between.value());
      checkWords(between.low());
      checkWords(between.high());
    } else if (node instanceof InNode in) {
      checkWords(in.value());
      checkWords(in.candidates());
    } else if (node instanceof Parentheses parentheses) {
      checkWords(parentheses.inner());
    }
  }

  /** Why a function cannot stand in an expression of this family. */
  InvalidExpressionException unknownFunction(String function, String family) {
    if (CONDITION_FUNCTIONS.contains(function) || UPDATE_FUNCTIONS.contains(function)) {
      return tokens.invalid("The function is not allowed in " + family + "; function: " + function);
    }
    return tokens.invalid("Invalid function name; function: " + function);
  }
}
