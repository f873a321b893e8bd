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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One element of TransactItems of a TransactWriteItems.
 *
 * @param table its name, checked
 */
record TransactionElement(Kind kind, Fields fields, String table) {
  static final Shape.Structure SHAPE =
      Shape.structure(
          Arrays.stream(Kind.values()).map(Kind::declared).toArray(Shape.Member[]::new));

  /** What an element does. */
  enum Kind {
    CONDITION_CHECK("ConditionCheck", "Key"),
    PUT("Put", "Item"),
    DELETE("Delete", "Key"),
    UPDATE("Update", "Key");

    private final String member;
    private final String keyOrItem;

    Kind(String member, String keyOrItem) {
      this.member = member;
      this.keyOrItem = keyOrItem;
    }

    private Shape.Member declared() {
      return switch (this) {
        case CONDITION_CHECK ->
            declared(Shapes.KEY, Shape.required(Shapes.CONDITION.name(), Shape.TEXT));
        case PUT -> declared(Shapes.ITEM, Shapes.CONDITION);
        case DELETE -> declared(Shapes.KEY, Shapes.CONDITION);
        case UPDATE ->
            declared(Shapes.KEY, Shape.required(UpdateItem.UPDATE, Shape.TEXT), Shapes.CONDITION);
      };
    }

    private Shape.Member declared(Shape.Member... own) {
      List<Shape.Member> members = new ArrayList<>();
      members.add(Shapes.TABLE_NAME_OF_ITEMS);
      members.addAll(List.of(own));
      members.addAll(List.of(Shapes.NAMES, Shapes.VALUES, Shapes.ON_FAILURE));
      return Shape.optional(member, Shape.structure(members.toArray(new Shape.Member[0])));
    }
  }

  /** An element of a request, as far as it can be checked without its table. */
  static TransactionElement of(Fields element) {
    Kind kind = kind(element);
    Fields fields = Objects.requireNonNull(element.fields(kind.member));
    return new TransactionElement(kind, fields, TableNames.of(fields));
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
