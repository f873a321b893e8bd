package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.parser.Node.BetweenNode;
import dev.holdfast.protocol.parser.Node.Binary;
import dev.holdfast.protocol.parser.Node.InNode;
import dev.holdfast.protocol.parser.Node.Junction;
import dev.holdfast.protocol.parser.Node.Negation;
import dev.holdfast.protocol.parser.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of conditions, filters and key conditions. Where a condition may begin, parentheses
 * may hold a condition or an operand, and only what follows tells which; so both are parsed alike
 * and told apart afterwards.
 *
 * <pre>
 * disjunction = conjunction {OR conjunction}
 * conjunction = negation {AND negation}
 * negation    = NOT negation | comparison
 * comparison  = primary [comparator operand | BETWEEN operand AND operand | IN (operand, …)]
 * primary     = ( disjunction ) | operand
 * </pre>
 *
 * <p>Open parentheses are kept on a stack of its own ({@link Level}), not on the thread's: a
 * condition within the limits may open hundreds.
 */
final class ConditionGrammar {
  private static final Set<String> COMPARATORS = Set.of("=", "<>", "<", "<=", ">", ">=");
  private static final Set<String> KEYWORDS = Set.of("AND", "OR", "NOT", "IN", "BETWEEN");

  private final TokenStream tokens;
  private final OperandGrammar operands;

  ConditionGrammar(TokenStream tokens) {
    this.tokens = tokens;
    this.operands = new OperandGrammar(tokens, KEYWORDS);
  }

  /** The whole expression. */
  Node parse() {
    Deque<Level> levels = new ArrayDeque<>();
    levels.push(new Level());
    while (true) {
      takeNegations(levels.element());
      if (tokens.takeIfBracketOpens()) {
        levels.push(new Level());
        continue;
      }
      Node node = comparison(operands.operand());
      while (!isContinued(levels.element(), node)) {
        Node ended = levels.pop().whole();
        if (levels.isEmpty()) {
          requireCondition(ended);
          tokens.expectEnd();
          return ended;
        }
        node = comparison(tokens.closeBracket(ended));
      }
    }
  }

  private void takeNegations(Level level) {
    while (tokens.takeIfWord("NOT")) {
      tokens.countOperator();
      level.negations++;
    }
  }

  /** Adds the next part of a level, and says whether another one comes after it. */
  private boolean isContinued(Level level, Node part) {
    Node next = part;
    for (; level.negations > 0; level.negations--) {
      next = new Negation(requireCondition(next));
    }
    Node allOf =
        level.allOf == null ? next : new Junction(true, level.allOf, requireCondition(next));
    level.allOf = allOf;
    if (isJunction("AND", allOf)) {
      return true;
    }
    level.anyOf =
        level.anyOf == null ? allOf : new Junction(false, level.anyOf, requireCondition(allOf));
    level.allOf = null;
    return isJunction("OR", level.anyOf);
  }

  private boolean isJunction(String keyword, Node left) {
    if (!tokens.peek().isWord(keyword)) {
      return false;
    }
    requireCondition(left);
    tokens.take();
    tokens.countOperator();
    return true;
  }

  /** What the left side begins; itself, when it is a condition, or nothing follows it. */
  private Node comparison(Node left) {
    if (!Node.canBeOperand(left)) {
      return left;
    }
    if (tokens.peek().kind() == Kind.SYMBOL && COMPARATORS.contains(tokens.peek().text())) {
      String operator = tokens.take().text();
      tokens.countOperator();
      return new Binary(operator, left, operands.operand());
    }
    if (tokens.takeIfWord("BETWEEN")) {
      tokens.countOperator();
      Node low = operands.operand();
      if (!tokens.takeIfWord("AND")) {
        throw tokens.syntaxError();
      }
      return new BetweenNode(left, low, operands.operand());
    }
    if (tokens.takeIfWord("IN")) {
      tokens.countOperator();
      tokens.expect("(");
      return new InNode(left, operands.operands());
    }
    return left;
  }

  private Node requireCondition(Node node) {
    if (!Node.canBeCondition(node)) {
      throw tokens.syntaxError();
    }
    return node;
  }

  /** What has been read between two brackets, or of the whole expression. */
  private static final class Level {
    /** The NOTs right before what comes next. */
    int negations;

    /** The conjunction being read: null before its first part. */
    @Nullable Node allOf;

    /** The conjunctions before it, with OR between them. */
    @Nullable Node anyOf;

    Node whole() {
      if (anyOf == null) {
        throw new IllegalStateException("a level ends before its first part");
      }
      return anyOf;
    }
  }
}
