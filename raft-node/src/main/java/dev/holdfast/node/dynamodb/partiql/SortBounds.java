package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.parser.KeyConditions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Terms that bound a sort key on one side or both. */
final class SortBounds {
  private SortBounds() {}

  /** What a term says of an attribute; null when it is nothing that a query can use. */
  static @Nullable SortCondition of(Term term, String attribute, Constants constants) {
    if (term instanceof Term.Binary binary) {
      return comparison(binary, attribute, constants);
    }
    if (term instanceof Term.Between between
        && KeyValues.isAttribute(between.value(), attribute)
        && Constants.isConstant(between.low())
        && Constants.isConstant(between.high())) {
      return new SortCondition.Between(
          constants.value(between.low()), constants.value(between.high()));
    }
    if (term instanceof Term.Call call
        && call.function().equals("begins_with")
        && KeyValues.isAttribute(call.operands().get(0), attribute)
        && Constants.isConstant(call.operands().get(1))) {
      return new SortCondition.BeginsWith(constants.value(call.operands().get(1)));
    }
    return null;
  }

  private static @Nullable SortCondition comparison(
      Term.Binary binary, String attribute, Constants constants) {
    Comparator comparator = ConditionPlanner.comparator(binary.operator());
    Term other = KeyValues.opposite(binary, attribute);
    if (other == null || comparator == Comparator.EQ || comparator == Comparator.NE) {
      return null;
    }
    boolean isMirrored = !KeyValues.isAttribute(binary.left(), attribute);
    return new SortCondition.Compare(
        isMirrored ? mirrored(comparator) : comparator, constants.value(other));
  }

  private static Comparator mirrored(Comparator comparator) {
    return switch (comparator) {
      case LT -> Comparator.GT;
      case LE -> Comparator.GE;
      case GT -> Comparator.LT;
      case GE -> Comparator.LE;
      case EQ, NE -> comparator;
    };
  }

  static List<EncodedValue> values(SortCondition bound) {
    return KeyConditions.values(bound);
  }
}
