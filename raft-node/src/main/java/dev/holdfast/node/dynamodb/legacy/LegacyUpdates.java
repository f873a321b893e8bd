package dev.holdfast.node.dynamodb.legacy;

import static dev.holdfast.node.dynamodb.legacy.LegacyShapes.ACTION;
import static dev.holdfast.node.dynamodb.legacy.LegacyShapes.ATTRIBUTE_UPDATES;
import static dev.holdfast.node.dynamodb.legacy.LegacyShapes.VALUE;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.EncodedValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * AttributeUpdates as updates.
 *
 * <p>Source: AWS Developer Guide, "AttributeUpdates (legacy)". Unlike the expression, ADD also
 * appends to a list.
 */
public final class LegacyUpdates {
  private static final String PUT = "PUT";
  private static final String ADD = "ADD";
  private static final String DELETE = "DELETE";

  /** What the evaluation of any update objects to; here it has another name. */
  private static final String WRONG_OPERAND =
      "An operand in the update expression has an incorrect data type";

  private LegacyUpdates() {}

  public static boolean isGiven(Fields fields) {
    return fields.has(ATTRIBUTE_UPDATES);
  }

  /** The update that a request asks for; none when it has none. */
  public static Update of(Fields fields) {
    Map<String, Fields> given = fields.map(ATTRIBUTE_UPDATES);
    if (given == null) {
      return Update.NONE;
    }
    List<Action> actions = new ArrayList<>(given.size());
    given.forEach((attribute, each) -> actions.add(action(AttributeNames.path(attribute), each)));
    return new Update(actions);
  }

  /** What is put or added to each attribute. */
  public static Map<String, EncodedValue> newValues(Fields fields) {
    Map<String, Fields> given = fields.map(ATTRIBUTE_UPDATES);
    if (given == null) {
      return Map.of();
    }
    Map<String, EncodedValue> values = new LinkedHashMap<>();
    given.forEach(
        (attribute, each) -> {
          AttributeMap value = each.attributes(VALUE);
          if (value != null && !DELETE.equals(each.text(ACTION))) {
            values.put(attribute, value.value());
          }
        });
    return values;
  }

  private static Action action(Path path, Fields given) {
    AttributeMap read = given.attributes(VALUE);
    @Nullable EncodedValue value = read == null ? null : read.value();
    String chosen = given.text(ACTION);
    String action = chosen == null ? PUT : chosen;
    if (value == null) {
      if (!action.equals(DELETE)) {
        throw ApiException.invalidParameter(
            "Only DELETE action is allowed when no attribute value is specified");
      }
      return new Action.Remove(path);
    }
    return switch (action) {
      case ADD -> added(path, value);
      case DELETE -> taken(path, value);
      default -> new Action.Set(path, new SetValue.Literal(value));
    };
  }

  private static Action added(Path path, EncodedValue value) {
    AttributeType type = value.type();
    if (type == AttributeType.L) {
      SetValue nothing = new SetValue.Literal(AttributeValue.l().encode());
      return new Action.Set(
          path,
          new SetValue.ListAppend(
              new SetValue.IfNotExists(path, nothing), new SetValue.Literal(value)));
    }
    if (type != AttributeType.N && !type.isSet()) {
      throw ApiException.invalidParameter("ADD action is not supported for the type " + type);
    }
    return new Action.Add(path, value);
  }

  private static Action taken(Path path, EncodedValue value) {
    if (!value.type().isSet()) {
      throw ApiException.invalidParameter(
          "DELETE action with value is not supported for the type " + value.type());
    }
    return new Action.Delete(path, value);
  }

  /** A failure of an update that came from here, in the words of its parameter. */
  public static Throwable reworded(Throwable failure) {
    return failure instanceof ApiException error
            && error.type() == ErrorType.VALIDATION
            && error.text().equals(WRONG_OPERAND)
        ? ApiException.validation("Type mismatch for attribute to update")
        : failure;
  }
}
