package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.parser.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts an expression into tokens; never fails, since a stray character is a token too. */
final class Lexer {
  private static final String END_TEXT = "<EOF>";

  private final String source;
  private int at;

  private Lexer(String source) {
    this.source = source;
  }

  /** The tokens, the last one being {@link Kind#END}. */
  static List<Token> tokens(String source) {
    Lexer lexer = new Lexer(source);
    List<Token> tokens = new ArrayList<>();
    Token token;
    do {
      token = lexer.next();
      tokens.add(token);
    } while (token.kind() != Kind.END);
    return tokens;
  }

  private Token next() {
    while (at < source.length() && isSpace(source.charAt(at))) {
      at++;
    }
    if (at == source.length()) {
      return new Token(Kind.END, END_TEXT, at, at);
    }
    char first = source.charAt(at);
    if (isLetter(first)) {
      return take(Kind.WORD, wordEnd(at + 1));
    }
    if (isDigit(first)) {
      return take(Kind.NUMBER, digitsEnd(at + 1));
    }
    if (first == '#' || first == ':') {
      int end = wordEnd(at + 1);
      return end > at + 1
          ? take(first == '#' ? Kind.NAME : Kind.VALUE, end)
          : take(Kind.STRAY, end);
    }
    if (source.startsWith("<>", at) || source.startsWith("<=", at) || source.startsWith(">=", at)) {
      return take(Kind.SYMBOL, at + 2);
    }
    return take("=<>()[],.+-".indexOf(first) >= 0 ? Kind.SYMBOL : Kind.STRAY, at + 1);
  }

  private Token take(Kind kind, int end) {
    Token token = new Token(kind, source.substring(at, end), at, end);
    at = end;
    return token;
  }

  private int wordEnd(int from) {
    int end = from;
    while (end < source.length() && isWordPart(source.charAt(end))) {
      end++;
    }
    return end;
  }

  private int digitsEnd(int from) {
    int end = from;
    while (end < source.length() && isDigit(source.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isWordPart(char c) {
    return isLetter(c) || isDigit(c) || c == '_';
  }
}
