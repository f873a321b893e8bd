package dev.holdfast.node.dynamodb.partiql;

/** Parses statements. Stateless. */
public final class PartiQl {
  private PartiQl() {}

  /**
   * A statement and how many parameters it needs; fails with a validation error, and with nothing
   * else, when the text is none.
   */
  public static Parsed parse(String text) {
    Tokens tokens = new Tokens(text);
    Statement statement = new StatementGrammar(tokens).parse();
    return new Parsed(statement, tokens.parameterCount());
  }

  /** What a text says. */
  public record Parsed(Statement statement, int parameterCount) {}

  /** A text that means the same; parsed again, it is equal. */
  public static String text(Statement statement) {
    return StatementText.of(statement);
  }
}
