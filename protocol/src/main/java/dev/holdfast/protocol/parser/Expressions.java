package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.Update;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses expressions. Failures are {@link InvalidExpressionException}s with DynamoDB's messages.
 * Stateless.
 */
public final class Expressions {
  private Expressions() {}

  /**
   * @param kind ConditionExpression, FilterExpression or KeyConditionExpression, for messages
   */
  public static Condition condition(String kind, String source, Substitutions substitutions) {
    TokenStream tokens = new TokenStream(kind, source);
    Node node = new ConditionGrammar(tokens).parse();
    return new ConditionBuilder(tokens, substitutions).build(node);
  }

  public static Update update(String source, Substitutions substitutions) {
    TokenStream tokens = new TokenStream("UpdateExpression", source);
    return new UpdateBuilder(tokens, substitutions).build(new UpdateGrammar(tokens).parse());
  }

  public static Projection projection(String source, Substitutions substitutions) {
    TokenStream tokens = new TokenStream("ProjectionExpression", source);
    List<Node.PathNode> nodes = new ArrayList<>();
    do {
      nodes.add(tokens.path());
    } while (tokens.takeIf(","));
    tokens.expectEnd();
    Vocabulary vocabulary = new Vocabulary(tokens);
    nodes.forEach(vocabulary::check);
    Paths resolver = new Paths(tokens, substitutions);
    PathOverlaps overlaps = new PathOverlaps(tokens::invalid);
    List<Path> paths = new ArrayList<>();
    for (Node.PathNode node : nodes) {
      Path path = resolver.resolve(node);
      overlaps.add(path);
      paths.add(path);
    }
    return new Projection(paths);
  }
}
