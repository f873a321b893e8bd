package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.DynamoNumber;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.ItemEncoder;

/**
 * The right-hand sides of SET, which all see the item as it was before the update.
 *
 * <p>Operands are judged from left to right, each as a whole: the first one that is absent or of a
 * wrong type is what an update is refused for. Source: DynamoDB Local 2.6.1.
 */
final class SetValueEvaluator {
  private final Item before;

  SetValueEvaluator(Item before) {
    this.before = before;
  }

  EncodedValue evaluate(SetValue value) {
    if (value instanceof SetValue.Literal literal) {
      return literal.value();
    }
    if (value instanceof SetValue.Attribute attribute) {
      return attribute(attribute.path());
    }
    if (value instanceof SetValue.Plus plus) {
      EncodedValue left = number(evaluate(plus.left()));
      return add(left, evaluate(plus.right()));
    }
    if (value instanceof SetValue.Minus minus) {
      EncodedValue left = number(evaluate(minus.left()));
      EncodedValue right = number(evaluate(minus.right()));
      return EncodedValue.ofNumber(DynamoNumber.subtract(left.number(), right.number()));
    }
    if (value instanceof SetValue.IfNotExists choice) {
      EncodedValue present = PathLookup.find(before, choice.path());
      return present != null ? present : evaluate(choice.otherwise());
    }
    if (value instanceof SetValue.ListAppend append) {
      EncodedValue first = ofType(AttributeType.L, evaluate(append.first()));
      return concatenate(first, ofType(AttributeType.L, evaluate(append.second())));
    }
    throw new IllegalStateException("unknown kind of value " + value);
  }

  static EncodedValue add(EncodedValue left, EncodedValue right) {
    return EncodedValue.ofNumber(DynamoNumber.add(number(left).number(), number(right).number()));
  }

  private EncodedValue attribute(Path path) {
    EncodedValue value = PathLookup.find(before, path);
    if (value == null) {
      throw new InvalidUpdateException(InvalidUpdateException.ABSENT_ATTRIBUTE);
    }
    return value;
  }

  private static EncodedValue number(EncodedValue value) {
    return ofType(AttributeType.N, value);
  }

  /** Nothing larger than an item comes into being, however often an expression appends. */
  private static EncodedValue concatenate(EncodedValue first, EncodedValue second) {
    if (first.sizeBytes() + second.sizeBytes() > 2 * UpdateEvaluator.ITEM_BYTES_MAX) {
      throw new InvalidUpdateException(InvalidUpdateException.TOO_LARGE);
    }
    ItemEncoder encoder = new ItemEncoder().beginValue().beginList();
    first.forEachElement(encoder::value);
    second.forEachElement(encoder::value);
    return encoder.endList().finishValue();
  }

  private static EncodedValue ofType(AttributeType type, EncodedValue value) {
    if (value.type() != type) {
      throw new InvalidUpdateException(InvalidUpdateException.WRONG_TYPE);
    }
    return value;
  }
}
