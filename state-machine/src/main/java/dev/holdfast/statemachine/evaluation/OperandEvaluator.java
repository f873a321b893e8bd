package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import java.util.Optional;

/** The value of an operand for an item; empty when it is absent. */
final class OperandEvaluator implements Operand.Handler<Optional<EncodedValue>> {
  private final Item item;

  OperandEvaluator(Item item) {
    this.item = item;
  }

  @Override
  public Optional<EncodedValue> attribute(Operand.Attribute operand) {
    return Optional.ofNullable(PathLookup.find(item, operand.path()));
  }

  @Override
  public Optional<EncodedValue> literal(Operand.Literal operand) {
    return Optional.of(operand.value());
  }

  @Override
  public Optional<EncodedValue> sizeOf(Operand.SizeOf operand) {
    EncodedValue value = PathLookup.find(item, operand.path());
    return value == null ? Optional.empty() : size(value).map(EncodedValue::ofNumber);
  }

  private static Optional<Long> size(EncodedValue value) {
    return switch (value.type()) {
      case S -> Optional.of((long) value.string().length()); // UTF-16 units, as DynamoDB Local
      case B -> Optional.of((long) value.scalarBytes().size());
      case SS, NS, BS, L, M -> Optional.of((long) value.elementCount());
      case N, BOOL, NULL -> Optional.empty(); // no size: the comparison is false
    };
  }
}
