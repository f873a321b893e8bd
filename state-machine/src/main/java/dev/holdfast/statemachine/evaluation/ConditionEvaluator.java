package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a condition holds for an item.
 *
 * <p>Source: AWS Developer Guide, "Condition and filter expressions, operators, and functions". An
 * operand that is absent or of another type makes a comparison false, except that {@code <>} is the
 * negation of {@code =} and then true.
 */
public final class ConditionEvaluator implements Condition.Handler<Boolean> {
  private final Item item;
  private final OperandEvaluator operands;

  private ConditionEvaluator(Item item) {
    this.item = item;
    this.operands = new OperandEvaluator(item);
  }

  /**
   * @param condition null holds always
   * @param item null is an item without attributes
   */
  public static boolean holds(@Nullable Condition condition, @Nullable Item item) {
    return condition == null
        || condition.dispatch(new ConditionEvaluator(item == null ? Item.EMPTY : item));
  }

  @Override
  public Boolean compare(Condition.Compare condition) {
    EncodedValue left = valueOf(condition.left());
    EncodedValue right = valueOf(condition.right());
    return switch (condition.comparator()) {
      case EQ -> areEqual(left, right);
      case NE -> !areEqual(left, right);
      case LT, LE, GT, GE -> isOrdered(left, right, condition.comparator());
    };
  }

  @Override
  public Boolean between(Condition.Between condition) {
    EncodedValue value = valueOf(condition.value());
    return isOrdered(value, valueOf(condition.low()), Comparator.GE)
        && isOrdered(value, valueOf(condition.high()), Comparator.LE);
  }

  @Override
  public Boolean in(Condition.In condition) {
    EncodedValue value = valueOf(condition.value());
    for (Operand candidate : condition.candidates()) {
      if (areEqual(value, valueOf(candidate))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Boolean and(Condition.And condition) {
    return condition.left().dispatch(this) && condition.right().dispatch(this);
  }

  @Override
  public Boolean or(Condition.Or condition) {
    return condition.left().dispatch(this) || condition.right().dispatch(this);
  }

  @Override
  public Boolean not(Condition.Not condition) {
    return !condition.negated().dispatch(this);
  }

  @Override
  public Boolean exists(Condition.Exists condition) {
    return exists(condition.path());
  }

  @Override
  public Boolean notExists(Condition.NotExists condition) {
    return !exists(condition.path());
  }

  @Override
  public Boolean hasType(Condition.HasType condition) {
    EncodedValue value = PathLookup.find(item, condition.path());
    EncodedValue type = valueOf(condition.type());
    return value != null
        && type != null
        && type.type() == AttributeType.S
        && value.type().name().equals(type.string());
  }

  @Override
  public Boolean beginsWith(Condition.BeginsWith condition) {
    EncodedValue value = valueOf(condition.value());
    EncodedValue prefix = valueOf(condition.prefix());
    return value != null
        && prefix != null
        && isText(value)
        && value.type() == prefix.type()
        && value.scalarBytes().startsWith(prefix.scalarBytes());
  }

  @Override
  public Boolean contains(Condition.Contains condition) {
    EncodedValue container = valueOf(condition.container());
    EncodedValue operand = valueOf(condition.operand());
    if (container == null || operand == null) {
      return false;
    }
    return switch (container.type()) {
      case S, B ->
          operand.type() == container.type()
              && ByteSearch.contains(container.scalarBytes(), operand.scalarBytes());
      case SS, NS, BS, L -> container.containsElement(operand);
      case N, BOOL, NULL, M -> false;
    };
  }

  private @Nullable EncodedValue valueOf(Operand operand) {
    return operand.dispatch(operands).orElse(null);
  }

  private boolean exists(Path path) {
    return path.isTopLevel() ? item.has(path.attribute()) : PathLookup.find(item, path) != null;
  }

  /** Equal values have equal bytes: the encoding is canonical. */
  private static boolean areEqual(@Nullable EncodedValue left, @Nullable EncodedValue right) {
    return left != null && right != null && left.equals(right);
  }

  private static boolean isOrdered(
      @Nullable EncodedValue left, @Nullable EncodedValue right, Comparator comparator) {
    if (left == null || right == null || left.type() != right.type() || !isScalar(left)) {
      return false;
    }
    int order = left.compareScalar(right);
    return switch (comparator) {
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      case GE -> order >= 0;
      case EQ -> order == 0;
      case NE -> order != 0;
    };
  }

  private static boolean isScalar(EncodedValue value) {
    return isText(value) || value.type() == AttributeType.N;
  }

  private static boolean isText(EncodedValue value) {
    return value.type() == AttributeType.S || value.type() == AttributeType.B;
  }
}
