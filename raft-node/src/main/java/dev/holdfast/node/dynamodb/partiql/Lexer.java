package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.partiql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cuts a statement into tokens. What no statement can hold is refused without any detail. */
final class Lexer {
  private static final Set<String> PAIRS = Set.of("<<", ">>", "<>", "<=", ">=", "!=", "||");
  private static final String SYMBOLS = "=<>+-*/%()[]{},.:;?@";
  private static final int EXPONENT_DIGITS_MAX = 10;

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;

  private Lexer(String source) {
    this.source = source;
  }

  /** The tokens, the last one being {@link Kind#END}. */
  static List<Token> tokens(String source) {
    Lexer lexer = new Lexer(source);
    while (lexer.skipSpace()) {
      lexer.next();
    }
    lexer.add(Kind.END, "", lexer.at);
    return lexer.tokens;
  }

  /** Goes to the next token, if there is any. */
  private boolean skipSpace() {
    while (at < source.length()) {
      char c = source.charAt(at);
      if (c == '\n') {
        line++;
        lineStart = at + 1;
        at++;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
        at++;
      } else if (source.startsWith("--", at)) {
        int end = source.indexOf('\n', at);
        at = end < 0 ? source.length() : end;
      } else if (source.startsWith("/*", at)) {
        skipComment();
      } else {
        return true;
      }
    }
    return false;
  }

  private void skipComment() {
    int end = source.indexOf("*/", at + 2);
    if (end < 0) {
      throw Refusals.malformed("");
    }
    for (; at < end + 2; at++) {
      if (source.charAt(at) == '\n') {
        line++;
        lineStart = at + 1;
      }
    }
  }

  private void next() {
    char first = source.charAt(at);
    if (isWordStart(first)) {
      int end = at + 1;
      while (end < source.length() && isWordPart(source.charAt(end))) {
        end++;
      }
      add(Kind.WORD, source.substring(at, end), end);
    } else if (isDigit(first) || (first == '.' && isDigit(charAt(at + 1)) && !continuesPath())) {
      number();
    } else if (first == '\'') {
      quoted(Kind.TEXT, first);
    } else if (first == '"') {
      quoted(Kind.QUOTED, first);
    } else if (first == '`') {
      quoted(Kind.ION, first);
    } else if (at + 1 < source.length() && PAIRS.contains(source.substring(at, at + 2))) {
      add(Kind.SYMBOL, source.substring(at, at + 2), at + 2);
    } else if (SYMBOLS.indexOf(first) >= 0) {
      add(Kind.SYMBOL, source.substring(at, at + 1), at + 1);
    } else {
      throw Refusals.malformed("");
    }
  }

  /** Whether a dot here would go on with a path rather than begin a number. */
  private boolean continuesPath() {
    if (tokens.isEmpty()) {
      return false;
    }
    Token last = tokens.get(tokens.size() - 1);
    return last.kind() == Kind.WORD || last.kind() == Kind.QUOTED || last.is("]");
  }

  private void number() {
    int end = digitsEnd(at);
    if (charAt(end) == '.') {
      end = digitsEnd(end + 1);
    }
    int fractionEnd = end;
    if (charAt(end) == 'e' || charAt(end) == 'E') {
      int digits = end + 1;
      if (charAt(digits) == '+' || charAt(digits) == '-') {
        digits++;
      }
      end = digitsEnd(digits);
      if (end == digits) {
        throw Refusals.malformed("");
      }
      requireShortExponent(fractionEnd, source.substring(fractionEnd + 1, end));
    }
    add(Kind.NUMBER, source.substring(at, end), end);
  }

  /** The exponent, and the exponent less the digits of the fraction, must be 32-bit integers. */
  private void requireShortExponent(int fractionEnd, String exponent) {
    String digits = exponent.replaceFirst("^[+-]?0*", "");
    int point = source.indexOf('.', at);
    long fraction = point < 0 || point >= fractionEnd ? 0 : fractionEnd - point - 1;
    if (digits.length() > EXPONENT_DIGITS_MAX) {
      throw Refusals.malformed("");
    }
    long magnitude = digits.isEmpty() ? 0 : Long.parseLong(digits);
    long value = exponent.startsWith("-") ? -magnitude : magnitude;
    long scale = fraction - value;
    if (value != (int) value || scale != (int) scale) {
      throw Refusals.malformed("");
    }
  }

  /** What stands in quotes; a doubled quote is one. */
  private void quoted(Kind kind, char quote) {
    StringBuilder text = new StringBuilder();
    int end = at + 1;
    while (true) {
      int close = source.indexOf(quote, end);
      if (close < 0) {
        throw Refusals.malformed("");
      }
      text.append(source, end, close);
      end = close + 1;
      if (charAt(end) != quote) {
        break;
      }
      text.append(quote);
      end++;
    }
    int from = at;
    add(kind, text.toString(), end);
    for (int i = from; i < end; i++) {
      if (source.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
  }

  private void add(Kind kind, String text, int end) {
    int length = kind == Kind.QUOTED || kind == Kind.TEXT ? text.length() : end - at;
    tokens.add(new Token(kind, text, new Place(line, at - lineStart + 1, length)));
    at = end;
  }

  private int digitsEnd(int from) {
    int end = from;
    while (isDigit(charAt(end))) {
      end++;
    }
    return end;
  }

  /** Zero beyond the end, which is part of no token. */
  private char charAt(int index) {
    return index < source.length() ? source.charAt(index) : 0;
  }

  private static boolean isWordStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
  }

  private static boolean isWordPart(char c) {
    return isWordStart(c) || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
