package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.parser.Node.ActionNode;
import dev.holdfast.protocol.parser.Node.ActionNode.Section;
import dev.holdfast.protocol.parser.Node.Binary;
import dev.holdfast.protocol.parser.Node.Call;
import dev.holdfast.protocol.parser.Node.Parentheses;
import dev.holdfast.protocol.parser.Node.PathNode;
import dev.holdfast.protocol.parser.Node.UpdateNode;
import dev.holdfast.protocol.parser.Node.ValueNode;
import dev.holdfast.protocol.parser.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of updates.
 *
 * <pre>
 * update  = section {section}
 * section = SET path = sum {, …} | REMOVE path {, …}
 *         | ADD path :value {, …} | DELETE path :value {, …}
 * sum     = operand [(+|-) operand] | ( sum )
 * operand = ( operand ) | function(operand, …) | path | :value
 * </pre>
 */
final class UpdateGrammar {
  private final TokenStream tokens;
  private final List<ActionNode> actions = new ArrayList<>();

  UpdateGrammar(TokenStream tokens) {
    this.tokens = tokens;
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

  private Node sum() {
    Node left = tokens.peek().is("(") ? parentheses(true) : operand();
    boolean isSum = Node.bare(left) instanceof Binary;
    if (!isSum && (tokens.peek().is("+") || tokens.peek().is("-"))) {
      tokens.countOperator();
      String operator = tokens.take().text();
      return new Binary(operator, left, operand());
    }
    return left;
  }

  private Node operand() {
    Token token = tokens.peek();
    if (token.is("(")) {
      return parentheses(false);
    }
    if (token.kind() == Kind.VALUE) {
      return value();
    }
    if (tokens.atCall()) {
      return call();
    }
    return tokens.path();
  }

  private Node call() {
    String function = tokens.take().text();
    tokens.countOperator();
    tokens.take();
    List<Node> operands = new ArrayList<>();
    do {
      operands.add(operand());
    } while (tokens.takeIf(","));
    tokens.expect(")");
    return new Call(function, operands);
  }

  private Node parentheses(boolean mayHoldSum) {
    tokens.take();
    tokens.enterBrackets();
    Node inner = mayHoldSum ? sum() : operand();
    tokens.leaveBrackets();
    tokens.expect(")");
    if (inner instanceof Parentheses) {
      tokens.noteRedundantParentheses();
    }
    return new Parentheses(inner);
  }
}
