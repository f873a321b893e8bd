package dev.holdfast.protocol.parser;

import java.util.List;

/** What the grammar alone says of an expression: names and values are not yet substituted. */
sealed interface Node {

  /** A document path. */
  record PathNode(List<Step> steps) implements Node {
    /**
     * @param text an attribute, a {@code #name}, or the digits of an index
     */
    record Step(Kind kind, String text) {
      enum Kind {
        WORD,
        NAME,
        INDEX
      }
    }
  }

  /** {@code :value}. */
  record ValueNode(String reference) implements Node {}

  /** {@code function(operands)}. */
  record Call(String function, List<Node> operands) implements Node {}

  /** A comparison, or a sum in a SET. */
  record Binary(String operator, Node left, Node right) implements Node {}

  /** {@code AND} and {@code OR}. */
  record Junction(boolean isAnd, Node left, Node right) implements Node {}

  record Negation(Node negated) implements Node {}

  record BetweenNode(Node value, Node low, Node high) implements Node {}

  record InNode(Node value, List<Node> candidates) implements Node {}

  record Parentheses(Node inner) implements Node {}

  /** One action of an update: {@code right} is the value, absent for REMOVE. */
  record ActionNode(Section section, PathNode path, List<Node> right) {
    enum Section {
      SET,
      REMOVE,
      ADD,
      DELETE
    }
  }

  /** An update: its actions in order, and the sections in the order they were opened. */
  record UpdateNode(List<ActionNode.Section> sections, List<ActionNode> actions) {}

  /** Whether it is true or false, rather than a value. A function counts as either. */
  static boolean canBeCondition(Node wrapped) {
    Node node = bare(wrapped);
    return !(node instanceof PathNode || node instanceof ValueNode);
  }

  /** Whether it is a value. A function counts as either. */
  static boolean canBeOperand(Node wrapped) {
    Node node = bare(wrapped);
    return node instanceof PathNode || node instanceof ValueNode || node instanceof Call;
  }

  /** Without parentheses around it. */
  static Node bare(Node node) {
    Node inner = node;
    while (inner instanceof Parentheses parentheses) {
      inner = parentheses.inner();
    }
    return inner;
  }
}
