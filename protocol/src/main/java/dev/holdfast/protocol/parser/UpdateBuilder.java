package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.parser.Node.ActionNode;
import dev.holdfast.protocol.parser.Node.ActionNode.Section;
import dev.holdfast.protocol.parser.Node.Binary;
import dev.holdfast.protocol.parser.Node.Call;
import dev.holdfast.protocol.parser.Node.PathNode;
import dev.holdfast.protocol.parser.Node.UpdateNode;
import dev.holdfast.protocol.parser.Node.ValueNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks a parsed update from left to right and builds the tree that is replicated. */
final class UpdateBuilder {
  private final TokenStream tokens;
  private final Operands operands;
  private final Vocabulary vocabulary;

  UpdateBuilder(TokenStream tokens, Substitutions substitutions) {
    this.tokens = tokens;
    this.operands = new Operands(tokens, substitutions);
    this.vocabulary = new Vocabulary(tokens);
  }

  Update build(UpdateNode node) {
    Set<Section> seen = EnumSet.noneOf(Section.class);
    for (Section section : node.sections()) {
      if (!seen.add(section)) {
        throw tokens.invalid(
            "The \"" + section + "\" section can only be used once in an update expression;");
      }
    }
    vocabulary.check(node);
    List<Action> actions = new ArrayList<>(node.actions().size());
    for (ActionNode action : node.actions()) {
      actions.add(action(action));
    }
    PathOverlaps overlaps = new PathOverlaps(tokens::invalid);
    actions.forEach(action -> overlaps.add(action.path()));
    return new Update(actions);
  }

  private Action action(ActionNode node) {
    Path path = operands.path(node.path());
    return switch (node.section()) {
      case SET -> new Action.Set(path, setValue(node.right().get(0)));
      case REMOVE -> new Action.Remove(path);
      case ADD -> {
        EncodedValue value = operands.value((ValueNode) node.right().get(0));
        if (value.type() != AttributeType.N && !value.type().isSet()) {
          throw wrongActionType("ADD", value.type());
        }
        yield new Action.Add(path, value);
      }
      case DELETE -> {
        EncodedValue value = operands.value((ValueNode) node.right().get(0));
        if (!value.type().isSet()) {
          throw wrongActionType("DELETE", value.type());
        }
        yield new Action.Delete(path, value);
      }
    };
  }

  private InvalidExpressionException wrongActionType(String action, AttributeType type) {
    return tokens.invalid(
        "Incorrect operand type for operator or function; operator: "
            + action
            + ", operand type: "
            + longName(type)
            + ", typeSet: ALLOWED_FOR_"
            + action
            + "_OPERAND");
  }

  private static String longName(AttributeType type) {
    return switch (type) {
      case S -> "STRING";
      case N -> "NUMBER";
      case B -> "BINARY";
      case BOOL -> "BOOLEAN";
      case NULL -> "NULL";
      case SS -> "STRING_SET";
      case NS -> "NUMBER_SET";
      case BS -> "BINARY_SET";
      case L -> "LIST";
      case M -> "MAP";
    };
  }

  private SetValue setValue(Node wrapped) {
    Node node = Node.bare(wrapped);
    if (node instanceof PathNode path) {
      return new SetValue.Attribute(operands.path(path));
    }
    if (node instanceof ValueNode value) {
      return new SetValue.Literal(operands.value(value));
    }
    if (node instanceof Binary binary) {
      SetValue left = setValue(binary.left());
      SetValue right = setValue(binary.right());
      requireType(binary.operator(), left, AttributeType.N);
      requireType(binary.operator(), right, AttributeType.N);
      return binary.operator().equals("+")
          ? new SetValue.Plus(left, right)
          : new SetValue.Minus(left, right);
    }
    if (node instanceof Call call) {
      return function(call);
    }
    throw tokens.syntaxError(); // the grammar lets nothing else stand here
  }

  private SetValue function(Call call) {
    String function = call.function();
    List<Node> given = call.operands();
    switch (function) {
      case "if_not_exists" -> {
        operands.rules().requireCount(function, given.size(), 2);
        Path path = operands.requirePath(function, given.get(0));
        SetValue otherwise = setValue(given.get(1));
        if (otherwise instanceof SetValue.Attribute attribute) {
          operands
              .rules()
              .requireDistinct(
                  function,
                  new Operand.Attribute(path),
                  List.of(new Operand.Attribute(attribute.path())));
        }
        return new SetValue.IfNotExists(path, otherwise);
      }
      case "list_append" -> {
        operands.rules().requireCount(function, given.size(), 2);
        SetValue first = setValue(given.get(0));
        SetValue second = setValue(given.get(1));
        requireType(function, first, AttributeType.L);
        requireType(function, second, AttributeType.L);
        return new SetValue.ListAppend(first, second);
      }
      default -> throw vocabulary.unknownFunction(function, "an update expression");
    }
  }

  private void requireType(String operator, SetValue operand, AttributeType type) {
    AttributeType known = knownType(operand);
    if (known != null && known != type) {
      throw operands.rules().wrongType(operator, known);
    }
  }

  /** The type of a value when the expression alone tells it. */
  private static @Nullable AttributeType knownType(SetValue value) {
    if (value instanceof SetValue.Literal literal) {
      return literal.value().type();
    }
    if (value instanceof SetValue.ListAppend) {
      return AttributeType.L;
    }
    return value instanceof SetValue.Plus || value instanceof SetValue.Minus
        ? AttributeType.N
        : null;
  }
}
