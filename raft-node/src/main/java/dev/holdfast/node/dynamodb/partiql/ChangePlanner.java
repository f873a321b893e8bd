package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.partiql.Statement.Change;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.parser.OperandRules;
import dev.holdfast.protocol.parser.PathOverlaps;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns the changes of an UPDATE into the tree of an update. */
final class ChangePlanner {
  private static final String SET_ADD = "set_add";
  private static final String SET_DELETE = "set_delete";

  private final OperandRules rules = new OperandRules(ApiException::validation);
  private final Constants constants;

  ChangePlanner(Constants constants) {
    this.constants = constants;
  }

  Update update(List<Change> changes) {
    List<Action> actions = new ArrayList<>(changes.size());
    for (Change change : changes) {
      actions.add(action(change.path(), change.value()));
    }
    PathOverlaps overlaps = new PathOverlaps(ApiException::validation);
    actions.forEach(action -> overlaps.add(action.path()));
    return new Update(actions);
  }

  private Action action(Path path, @Nullable Term value) {
    if (value == null) {
      return new Action.Remove(path);
    }
    if (value instanceof Term.Call call
        && (call.function().equals(SET_ADD) || call.function().equals(SET_DELETE))) {
      return setOperation(path, call);
    }
    return new Action.Set(path, setValue(value));
  }

  private Action setOperation(Path path, Term.Call call) {
    String name = call.function().toUpperCase(Locale.ROOT);
    if (call.operands().size() != 2) {
      throw Refusals.at(name + " must have exactly two arguments", call.place());
    }
    if (!(call.operands().get(0) instanceof Term.Reference reference)
        || !reference.path().equals(path)) {
      throw Refusals.at(
          "The first argument to " + name + " must equal the assignment value", call.place());
    }
    Term second = call.operands().get(1);
    EncodedValue set = Constants.isConstant(second) ? constants.value(second) : null;
    if (set == null || !set.type().isSet()) {
      throw Refusals.at(
          "The second argument to " + name + " must be a value with type SET", reference.place());
    }
    return call.function().equals(SET_ADD)
        ? new Action.Add(path, set)
        : new Action.Delete(path, set);
  }

  private SetValue setValue(Term term) {
    if (term instanceof Term.Reference reference) {
      return new SetValue.Attribute(reference.path());
    }
    if (term instanceof Term.Missing) {
      throw Refusals.missingLiteral();
    }
    if (Constants.isConstant(term)) {
      return new SetValue.Literal(constants.value(term));
    }
    if (term instanceof Term.Binary binary) {
      return arithmetic(binary);
    }
    if (term instanceof Term.Signed signed) {
      throw rules.wrongCount(signed.sign(), 1);
    }
    if (term instanceof Term.Call call) {
      return function(call);
    }
    if (term instanceof Term.Is) {
      throw ApiException.validation("IS operator is not supported in update expressions");
    }
    throw unsupported(term.kind());
  }

  private SetValue arithmetic(Term.Binary binary) {
    String operator = binary.operator();
    if (!operator.equals("+") && !operator.equals("-")) {
      throw unsupported(operator);
    }
    SetValue left = setValue(binary.left());
    SetValue right = setValue(binary.right());
    requireType(operator, left, AttributeType.N);
    requireType(operator, right, AttributeType.N);
    return operator.equals("+") ? new SetValue.Plus(left, right) : new SetValue.Minus(left, right);
  }

  private static ApiException unsupported(String operator) {
    return ApiException.validation(
        "Unsupported operator in Update Expression. Operator: " + operator);
  }

  private SetValue function(Term.Call call) {
    List<Term> given = call.operands();
    String function = call.function();
    switch (function) {
      case "if_not_exists" -> {
        requireTwo(call);
        if (!(given.get(0) instanceof Term.Reference reference)) {
          throw rules.notAPath(function);
        }
        return new SetValue.IfNotExists(reference.path(), setValue(given.get(1)));
      }
      case "list_append" -> {
        requireTwo(call);
        SetValue first = setValue(given.get(0));
        SetValue second = setValue(given.get(1));
        requireType(function, first, AttributeType.L);
        requireType(function, second, AttributeType.L);
        return new SetValue.ListAppend(first, second);
      }
      case "attribute_exists",
          "attribute_not_exists",
          "attribute_type",
          "begins_with",
          "contains",
          "size" ->
          throw ApiException.validation(
              "The function is not allowed in an update expression; function: " + function);
      default -> throw Refusals.unknownFunction(call);
    }
  }

  private void requireTwo(Term.Call call) {
    rules.requireCount(call.function(), call.operands().size(), 2);
  }

  private void requireType(String operator, SetValue operand, AttributeType type) {
    AttributeType known = knownType(operand);
    if (known != null && known != type) {
      throw rules.wrongType(operator, known);
    }
  }

  /** The type of a value when the statement alone tells it. */
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
