package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.parser.Node.Call;
import dev.holdfast.protocol.parser.Node.ValueNode;
import dev.holdfast.protocol.parser.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of operands, which conditions and updates share. It keeps what is open on a stack of
 * its own, so that the depth of an expression does not matter to the thread that parses it.
 *
 * <pre>
 * operand = ( operand ) | function(operand, …) | path | :value
 * </pre>
 */
final class OperandGrammar {
  private final TokenStream tokens;
  private final Set<String> keywords;

  /**
   * @param keywords words of the grammar around, upper case, that begin no operand
   */
  OperandGrammar(TokenStream tokens, Set<String> keywords) {
    this.tokens = tokens;
    this.keywords = keywords;
  }

  Node operand() {
    Open opened = open();
    return opened == null ? leaf() : whole(opened);
  }

  /** What is open, with all that opens within it. */
  private Node whole(Open outermost) {
    Deque<Open> open = new ArrayDeque<>();
    open.push(outermost);
    while (true) {
      Open inner = open();
      if (inner != null) {
        open.push(inner);
        continue;
      }
      Node node = leaf();
      while (isLast(node, open.element())) {
        node = close(open.pop());
        if (open.isEmpty()) {
          return node;
        }
      }
    }
  }

  /** Adds an operand, and says whether no other one follows it. */
  private boolean isLast(Node operand, Open innermost) {
    innermost.operands.add(operand);
    return innermost.function == null || !tokens.takeIf(",");
  }

  /** Operands up to and with the closing bracket; at least one. */
  List<Node> operands() {
    List<Node> operands = new ArrayList<>();
    do {
      operands.add(operand());
    } while (tokens.takeIf(","));
    tokens.expect(")");
    return operands;
  }

  /** What begins here, when it is a bracket or a function. */
  private @Nullable Open open() {
    if (tokens.takeIfBracketOpens()) {
      return new Open(null);
    }
    if (tokens.atCall() && !atKeyword()) {
      String function = tokens.take().text();
      tokens.countOperator();
      tokens.take();
      return new Open(function);
    }
    return null;
  }

  private Node close(Open ended) {
    if (ended.function == null) {
      return tokens.closeBracket(ended.operands.get(0));
    }
    tokens.expect(")");
    return new Call(ended.function, ended.operands);
  }

  private Node leaf() {
    if (tokens.peek().kind() == Kind.VALUE) {
      return new ValueNode(tokens.take().text());
    }
    if (atKeyword()) {
      throw tokens.syntaxError();
    }
    return tokens.path();
  }

  private boolean atKeyword() {
    Token token = tokens.peek();
    for (String keyword : keywords) {
      if (token.isWord(keyword)) {
        return true;
      }
    }
    return false;
  }

  /** A bracket or a function whose end has not come yet. */
  private static final class Open {
    final @Nullable String function;
    final List<Node> operands = new ArrayList<>();

    Open(@Nullable String function) {
      this.function = function;
    }
  }
}
