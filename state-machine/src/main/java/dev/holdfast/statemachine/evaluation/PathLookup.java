package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import org.jspecify.annotations.Nullable;

/** Finds what a document path leads to. */
final class PathLookup {
  private PathLookup() {}

  /** The value at the path, or null when the item has none there. */
  static @Nullable EncodedValue find(Item item, Path path) {
    EncodedValue value = item.attribute(path.attribute());
    for (int i = 1; i < path.steps().size() && value != null; i++) {
      value = step(value, path.steps().get(i));
    }
    return value;
  }

  private static @Nullable EncodedValue step(EncodedValue value, Path.Step step) {
    if (step instanceof Path.Step.Attribute member) {
      return value.type() == AttributeType.M ? value.member(member.name()) : null;
    }
    int index = ((Path.Step.Element) step).index();
    return value.type() == AttributeType.L ? value.element(index) : null;
  }
}
