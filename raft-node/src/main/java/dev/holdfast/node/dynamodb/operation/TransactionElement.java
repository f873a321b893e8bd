package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One element of TransactItems of a TransactWriteItems.
 *
 * @param table its name, checked
 */
record TransactionElement(Kind kind, Fields fields, String table) {
  private static final String CONDITION = "ConditionExpression";

  /** Of the whole list. */
  static final Shape SHAPE = new Shape.ListOf(new Shape.Structure(shapes()));

  /** What an element does, and the members that it cannot be without. */
  enum Kind {
    CONDITION_CHECK("ConditionCheck", "Key", CONDITION),
    PUT("Put", "Item", null),
    DELETE("Delete", "Key", null),
    UPDATE("Update", "Key", "UpdateExpression");

    private final String member;
    private final String keyOrItem;
    private final @Nullable String expression;

    Kind(String member, String keyOrItem, @Nullable String expression) {
      this.member = member;
      this.keyOrItem = keyOrItem;
      this.expression = expression;
    }

    /** In the order of messages. */
    List<String> required() {
      return expression == null
          ? List.of("TableName", keyOrItem)
          : List.of("TableName", keyOrItem, expression);
    }
  }

  private static Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new HashMap<>();
    for (Kind kind : Kind.values()) {
      Map<String, Shape> members = new HashMap<>();
      members.put(CONDITION, Shape.TEXT);
      members.put("ExpressionAttributeNames", Shapes.TEXT_MAP);
      members.put("ExpressionAttributeValues", Shape.ATTRIBUTES);
      members.put("ReturnValuesOnConditionCheckFailure", Shape.TEXT);
      kind.required().forEach(name -> members.put(name, Shape.TEXT));
      members.put(kind.keyOrItem, Shape.ATTRIBUTES);
      shapes.put(kind.member, new Shape.Structure(members));
    }
    return shapes;
  }

  /** The elements of a request, as far as they can be checked without their tables. */
  static List<TransactionElement> of(List<Fields> given, Violations violations) {
    List<Kind> kinds = new ArrayList<>();
    for (Fields element : given) {
      Kind kind = kind(element);
      kinds.add(kind);
      String path = "transactItems." + kinds.size() + ".member." + lowerCamel(kind.member) + ".";
      Fields fields = content(element, kind);
      kind.required()
          .forEach(
              name ->
                  violations.required(path + lowerCamel(name), fields.has(name) ? fields : null));
      violations.oneOf(
          path + "returnValuesOnConditionCheckFailure",
          fields.text("ReturnValuesOnConditionCheckFailure"),
          Choices.ON_FAILURE);
    }
    violations.check();
    List<TransactionElement> elements = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      Fields fields = content(given.get(i), kinds.get(i));
      elements.add(
          new TransactionElement(
              kinds.get(i), fields, TableNames.checked(fields.text("TableName"))));
    }
    return elements;
  }

  private static Kind kind(Fields element) {
    @Nullable Kind found = null;
    for (Kind kind : Kind.values()) {
      if (element.has(kind.member)) {
        if (found != null) {
          throw ApiException.validation(
              "TransactItems can only contain one of Check, Put, Update or Delete");
        }
        found = kind;
      }
    }
    if (found == null) {
      throw ApiException.validation(
          "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
    }
    return found;
  }

  private static Fields content(Fields element, Kind kind) {
    return Objects.requireNonNull(element.fields(kind.member));
  }

  private static String lowerCamel(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  /** What the element does. The expressions are looked at first: a misfit is the least problem. */
  TransactionAction action(TableDescriptor descriptor) {
    AttributeMap given = Objects.requireNonNull(fields.attributes(kind.keyOrItem));
    return switch (kind) {
      case CONDITION_CHECK -> check(descriptor, given);
      case PUT -> put(descriptor, given);
      case DELETE -> delete(descriptor, given);
      case UPDATE -> update(descriptor, given);
    };
  }

  private TransactionAction check(TableDescriptor descriptor, AttributeMap given) {
    Condition condition = Objects.requireNonNull(WriteConditions.of(fields));
    Item key = ItemChecks.checkedKey(given.item(), descriptor.keySchema());
    return new TransactionAction.Check(
        TableRef.of(descriptor), key, condition, Choices.returnOnFailure(fields));
  }

  private TransactionAction put(TableDescriptor descriptor, AttributeMap given) {
    @Nullable Condition condition = WriteConditions.of(fields);
    Item item = ItemChecks.checkedItem(given.item(), descriptor);
    return new TransactionAction.Write(
        new Command.Put(
            TableRef.of(descriptor),
            item,
            condition,
            ReturnValues.NONE,
            Choices.returnOnFailure(fields)));
  }

  private TransactionAction delete(TableDescriptor descriptor, AttributeMap given) {
    @Nullable Condition condition = WriteConditions.of(fields);
    Item key = ItemChecks.checkedKey(given.item(), descriptor.keySchema());
    return new TransactionAction.Write(
        new Command.Delete(
            TableRef.of(descriptor),
            key,
            condition,
            ReturnValues.NONE,
            Choices.returnOnFailure(fields)));
  }

  private TransactionAction update(TableDescriptor descriptor, AttributeMap given) {
    Command.Modify modify = UpdateItem.command(fields, descriptor, given.item());
    ItemChecks.checkedKey(modify.key(), descriptor.keySchema());
    return new TransactionAction.Write(modify);
  }
}
