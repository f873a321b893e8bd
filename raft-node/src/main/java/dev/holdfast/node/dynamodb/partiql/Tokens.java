package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.partiql.Token.Kind;
import java.util.List;

/** The tokens of one statement, read from left to right, and its limits. */
final class Tokens {
  /** Source: AWS API reference, "ExecuteStatement". */
  static final int STATEMENT_LENGTH_MAX = 8192;

  /** As of expressions. Source: AWS Developer Guide, "Quotas": expression parameters. */
  static final int OPERATOR_COUNT_MAX = 300;

  /** Ours: brackets of any kind within one another, which the grammar descends into. */
  static final int DEPTH_MAX = 64;

  private final List<Token> tokens;
  private int at;
  private int operatorCount;
  private int parameterCount;
  private int depth;

  Tokens(String source) {
    if (source.length() > STATEMENT_LENGTH_MAX) {
      throw Refusals.malformed("longer than " + STATEMENT_LENGTH_MAX + " characters");
    }
    this.tokens = Lexer.tokens(source);
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token take() {
    Token token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  boolean isEnd() {
    return peek().kind() == Kind.END;
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
      throw unexpected();
    }
  }

  void expectWord(String keyword) {
    if (!takeIfWord(keyword)) {
      throw unexpected();
    }
  }

  /** Nothing may follow but one semicolon. */
  void expectEnd() {
    takeIf(";");
    if (!isEnd()) {
      throw Refusals.malformed(Refusals.LEFTOVER);
    }
  }

  /** What to say of a token that cannot stand where it does. */
  ApiException unexpected() {
    return Refusals.malformed(isEnd() ? Refusals.UNEXPECTED_TERM : Refusals.LEFTOVER);
  }

  /** Zero-based number of the next parameter. */
  int nextParameter() {
    return parameterCount++;
  }

  int parameterCount() {
    return parameterCount;
  }

  void countOperator() {
    operatorCount++;
    if (operatorCount > OPERATOR_COUNT_MAX) {
      throw ApiException.validation(
          "The expression contains too many operators; operator count: " + operatorCount);
    }
  }

  void descend() {
    depth++;
    if (depth > DEPTH_MAX) {
      throw Refusals.malformed("Nested deeper than " + DEPTH_MAX + " levels");
    }
  }

  void ascend() {
    depth--;
  }
}
