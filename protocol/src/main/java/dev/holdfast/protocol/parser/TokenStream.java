package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.parser.Node.Parentheses;
import dev.holdfast.protocol.parser.Node.PathNode;
import dev.holdfast.protocol.parser.Node.PathNode.Step;
import dev.holdfast.protocol.parser.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** The tokens of one expression, read from left to right, and what all grammars share. */
final class TokenStream {
  /** Source: AWS Developer Guide, "Quotas": expression parameters. */
  static final int EXPRESSION_BYTES_MAX = 4096;

  static final int OPERATOR_COUNT_MAX = 300;

  private static final int BRACKET_DEPTH_MAX = OPERATOR_COUNT_MAX + 1;

  private final String kind;
  private final String source;
  private final List<Token> tokens;
  private int at;
  private int operatorCount;
  private int bracketDepth;
  private boolean redundantParentheses;

  /**
   * @param kind what the request calls the expression, such as {@code FilterExpression}
   */
  TokenStream(String kind, String source) {
    this.kind = kind;
    this.source = source;
    if (source.isEmpty()) {
      throw invalid("The expression can not be empty;");
    }
    int sizeBytes = source.length(); // a longer UTF-8 form would be a syntax error anyway
    if (sizeBytes > EXPRESSION_BYTES_MAX) {
      throw invalid(
          "Expression size has exceeded the maximum allowed size; expression size: " + sizeBytes);
    }
    this.tokens = Lexer.tokens(source);
  }

  Token peek() {
    return tokens.get(at);
  }

  private Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token take() {
    Token token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  boolean takeIf(String symbol) {
    if (peek().is(symbol)) {
      at++;
      return true;
    }
    return false;
  }

  boolean takeIfWord(String keyword) {
    if (peek().isWord(keyword)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(String symbol) {
    if (!takeIf(symbol)) {
      throw syntaxError();
    }
  }

  void expectEnd() {
    if (peek().kind() != Kind.END) {
      throw syntaxError();
    }
  }

  /** Whether a function's name and its opening bracket come next. */
  boolean atCall() {
    return peek().kind() == Kind.WORD && peekSecond().is("(");
  }

  /** A document path: {@code a.b[0].#c}. */
  PathNode path() {
    List<Step> steps = new ArrayList<>();
    steps.add(attribute());
    while (true) {
      if (takeIf(".")) {
        steps.add(attribute());
      } else if (takeIf("[")) {
        if (peek().kind() != Kind.NUMBER) {
          throw syntaxError();
        }
        steps.add(new Step(Step.Kind.INDEX, take().text()));
        expect("]");
      } else {
        return new PathNode(steps);
      }
    }
  }

  private Step attribute() {
    return switch (peek().kind()) {
      case WORD -> new Step(Step.Kind.WORD, take().text());
      case NAME -> new Step(Step.Kind.NAME, take().text());
      default -> throw syntaxError();
    };
  }

  void countOperator() {
    operatorCount++;
    if (operatorCount > OPERATOR_COUNT_MAX) {
      throw invalid("The expression contains too many operators; operator count: " + operatorCount);
    }
  }

  /**
   * Takes an opening bracket, when one is next. Brackets are bounded as operators are, because one
   * right inside another is redundant but for an operator between them.
   */
  boolean takeIfBracketOpens() {
    if (!takeIf("(")) {
      return false;
    }
    bracketDepth++;
    if (bracketDepth > BRACKET_DEPTH_MAX) {
      throw invalid("The expression has redundant parentheses;");
    }
    return true;
  }

  /** Takes the bracket that ends what {@link #takeIfBracketOpens} began. */
  Parentheses closeBracket(Node inner) {
    expect(")");
    bracketDepth--;
    if (inner instanceof Parentheses redundant) {
      redundantParentheses = true;
      return redundant;
    }
    return new Parentheses(inner);
  }

  boolean hasRedundantParentheses() {
    return redundantParentheses;
  }

  InvalidExpressionException syntaxError() {
    Token token = peek();
    Token previous = at > 0 ? tokens.get(at - 1) : null;
    int start = token.kind() == Kind.END ? 0 : token.start();
    if (previous != null) {
      start = previous.start();
    }
    int end = token.kind() == Kind.END ? source.length() : peekSecond().end();
    return invalid(
        "Syntax error; token: \""
            + token.text()
            + "\", near: \""
            + source.substring(start, end)
            + "\"");
  }

  InvalidExpressionException invalid(String problem) {
    return new InvalidExpressionException("Invalid " + kind + ": " + problem);
  }
}
