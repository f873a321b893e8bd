package dev.holdfast.node.dynamodb.partiql;

/**
 * A piece of a statement.
 *
 * @param text a word as written, the content of what was quoted, the digits of a number, a symbol
 */
record Token(Kind kind, String text, Place place) {
  enum Kind {
    /** An identifier or a keyword. */
    WORD,
    /** {@code "name"}: an identifier, never a keyword. */
    QUOTED,
    /** {@code 'text'}. */
    TEXT,
    /** Without its sign. */
    NUMBER,
    /** {@code `ion`}. */
    ION,
    SYMBOL,
    END
  }

  boolean is(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /** Keywords are case-insensitive. */
  boolean isWord(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  /** Whether it can name something: a word that is no keyword, or anything in double quotes. */
  boolean isName() {
    return kind == Kind.QUOTED || (kind == Kind.WORD && !Keywords.contains(text));
  }
}
