package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.parser.Node.ActionNode;
import dev.holdfast.protocol.parser.Node.ActionNode.Section;
import dev.holdfast.protocol.parser.Node.Binary;
import dev.holdfast.protocol.parser.Node.PathNode;
import dev.holdfast.protocol.parser.Node.UpdateNode;
import dev.holdfast.protocol.parser.Node.ValueNode;
import dev.holdfast.protocol.parser.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of updates.
 *
 * <pre>
 * update  = section {section}
 * section = SET path = sum {, …} | REMOVE path {, …}
 *         | ADD path :value {, …} | DELETE path :value {, …}
 * sum     = operand [(+|-) operand] | ( sum )
 * </pre>
 */
final class UpdateGrammar {
  private final TokenStream tokens;
  private final OperandGrammar operands;
  private final List<ActionNode> actions = new ArrayList<>();

  UpdateGrammar(TokenStream tokens) {
    this.tokens = tokens;
    this.operands = new OperandGrammar(tokens, Set.of());
  }

  /** The whole expression. */
  UpdateNode parse() {
    List<Section> sections = new ArrayList<>();
    do {
      Section section = section(tokens.peek());
      if (section == null) {
        throw tokens.syntaxError();
      }
      tokens.take();
      sections.add(section);
      do {
        actions.add(action(section));
      } while (tokens.takeIf(","));
    } while (tokens.peek().kind() != Kind.END);
    return new UpdateNode(sections, actions);
  }

  private static @Nullable Section section(Token token) {
    for (Section section : Section.values()) {
      if (token.isWord(section.name())) {
        return section;
      }
    }
    return null;
  }

  private ActionNode action(Section section) {
    PathNode path = tokens.path();
    List<Node> right =
        switch (section) {
          case SET -> {
            tokens.expect("=");
            yield List.of(sum());
          }
          case REMOVE -> List.of();
          case ADD, DELETE -> List.of(value());
        };
    return new ActionNode(section, path, right);
  }

  private Node value() {
    if (tokens.peek().kind() != Kind.VALUE) {
      throw tokens.syntaxError();
    }
    return new ValueNode(tokens.take().text());
  }

  /** Only the left of a sum begins with brackets that may be around all of it. */
  private Node sum() {
    int openBrackets = 0;
    while (tokens.takeIfBracketOpens()) {
      openBrackets++;
    }
    Node node = sum(operands.operand());
    for (; openBrackets > 0; openBrackets--) {
      node = sum(tokens.closeBracket(node));
    }
    return node;
  }

  /** What the left side begins; itself, when it is a sum already, or nothing is added to it. */
  private Node sum(Node left) {
    boolean isSum = Node.bare(left) instanceof Binary;
    if (!isSum && (tokens.peek().is("+") || tokens.peek().is("-"))) {
      tokens.countOperator();
      String operator = tokens.take().text();
      return new Binary(operator, left, operands.operand());
    }
    return left;
  }
}
