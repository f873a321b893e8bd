package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.parser.Node.BetweenNode;
import dev.holdfast.protocol.parser.Node.Binary;
import dev.holdfast.protocol.parser.Node.Call;
import dev.holdfast.protocol.parser.Node.InNode;
import dev.holdfast.protocol.parser.Node.Junction;
import dev.holdfast.protocol.parser.Node.Negation;
import dev.holdfast.protocol.parser.Node.Parentheses;
import dev.holdfast.protocol.parser.Node.ValueNode;
import dev.holdfast.protocol.parser.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of conditions, filters and key conditions. Parentheses may hold a condition or an
 * operand, and only what follows tells which; so both are parsed alike and told apart afterwards.
 *
 * <pre>
 * disjunction = conjunction {OR conjunction}
 * conjunction = negation {AND negation}
 * negation    = NOT negation | comparison
 * comparison  = primary [comparator primary | BETWEEN primary AND primary | IN (primary, …)]
 * primary     = ( disjunction ) | function(primary, …) | path | :value
 * </pre>
 */
final class ConditionGrammar {
  private static final Set<String> COMPARATORS = Set.of("=", "<>", "<", "<=", ">", ">=");

  private final TokenStream tokens;

  ConditionGrammar(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** The whole expression. */
  Node parse() {
    Node node = requireCondition(disjunction());
    tokens.expectEnd();
    return node;
  }

  /**
   * Conditions with OR between them, each of conditions with AND between them. One method for both:
   * every bracket takes as many frames of the stack as there are methods on the way to the next.
   */
  private Node disjunction() {
    @Nullable Node anyOf = null;
    @Nullable Node allOf = null;
    while (true) {
      Node next = negation();
      allOf = allOf == null ? next : new Junction(true, allOf, requireCondition(next));
      if (tokens.peek().isWord("AND")) {
        takeJunction(allOf);
        continue;
      }
      anyOf = anyOf == null ? allOf : new Junction(false, anyOf, requireCondition(allOf));
      if (!tokens.peek().isWord("OR")) {
        return anyOf;
      }
      takeJunction(anyOf);
      allOf = null;
    }
  }

  private void takeJunction(Node left) {
    requireCondition(left);
    tokens.take();
    tokens.countOperator();
  }

  private Node negation() {
    int count = 0;
    while (tokens.takeIfWord("NOT")) {
      tokens.countOperator();
      count++;
    }
    Node node = comparison();
    for (int i = 0; i < count; i++) {
      node = new Negation(requireCondition(node));
    }
    return node;
  }

  private Node comparison() {
    Node left = tokens.peek().is("(") ? parentheses() : primary();
    if (!Node.canBeOperand(left)) {
      return left;
    }
    if (tokens.peek().kind() == Kind.SYMBOL && COMPARATORS.contains(tokens.peek().text())) {
      String operator = tokens.take().text();
      tokens.countOperator();
      return new Binary(operator, left, operand());
    }
    if (tokens.takeIfWord("BETWEEN")) {
      tokens.countOperator();
      Node low = operand();
      if (!tokens.takeIfWord("AND")) {
        throw tokens.syntaxError();
      }
      return new BetweenNode(left, low, operand());
    }
    if (tokens.takeIfWord("IN")) {
      tokens.countOperator();
      tokens.expect("(");
      return new InNode(left, operands());
    }
    return left;
  }

  private Node operand() {
    Node node = primary();
    if (!Node.canBeOperand(node)) {
      throw tokens.syntaxError();
    }
    return node;
  }

  /** Operands up to and with the closing bracket; at least one. */
  private List<Node> operands() {
    List<Node> operands = new ArrayList<>();
    do {
      operands.add(operand());
    } while (tokens.takeIf(","));
    tokens.expect(")");
    return operands;
  }

  private Node primary() {
    Token token = tokens.peek();
    if (token.is("(")) {
      return parentheses();
    }
    if (token.kind() == Kind.VALUE) {
      return new ValueNode(tokens.take().text());
    }
    if (isKeyword(token)) {
      throw tokens.syntaxError();
    }
    if (tokens.atCall()) {
      String function = tokens.take().text();
      tokens.countOperator();
      tokens.take();
      return new Call(function, operands());
    }
    return tokens.path();
  }

  private Node parentheses() {
    tokens.take();
    tokens.enterBrackets();
    Node inner = disjunction();
    tokens.leaveBrackets();
    tokens.expect(")");
    if (inner instanceof Parentheses) {
      tokens.noteRedundantParentheses();
    }
    return new Parentheses(inner);
  }

  private Node requireCondition(Node node) {
    if (!Node.canBeCondition(node)) {
      throw tokens.syntaxError();
    }
    return node;
  }

  private static boolean isKeyword(Token token) {
    return token.isWord("AND")
        || token.isWord("OR")
        || token.isWord("NOT")
        || token.isWord("IN")
        || token.isWord("BETWEEN");
  }
}
