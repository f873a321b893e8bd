package dev.holdfast.protocol.parser;

/**
 * A piece of an expression.
 *
 * @param start where it begins in the source, zero-based; {@code end} is exclusive
 */
record Token(Kind kind, String text, int start, int end) {
  enum Kind {
    /** A bare word: an attribute, a function, or a keyword. */
    WORD,
    /** {@code #name}. */
    NAME,
    /** {@code :value}. */
    VALUE,
    NUMBER,
    /** An operator or a bracket. */
    SYMBOL,
    /** A character that no expression has. */
    STRAY,
    END
  }

  boolean is(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /** Keywords are case-insensitive. */
  boolean isWord(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }
}
