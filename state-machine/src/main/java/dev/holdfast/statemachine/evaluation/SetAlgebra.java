package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.ItemEncoder;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Union and difference of two sets of one type. */
final class SetAlgebra {
  private SetAlgebra() {}

  static EncodedValue union(EncodedValue left, EncodedValue right) {
    Set<EncodedValue> elements = elements(left);
    right.forEachElement(elements::add);
    return encode(left, elements);
  }

  /** Null when nothing is left: DynamoDB has no empty sets. */
  static @Nullable EncodedValue difference(EncodedValue left, EncodedValue right) {
    Set<EncodedValue> elements = elements(left);
    right.forEachElement(elements::remove);
    return elements.isEmpty() ? null : encode(left, elements);
  }

  private static Set<EncodedValue> elements(EncodedValue set) {
    Set<EncodedValue> elements = new LinkedHashSet<>(); // in order of encounter, then sorted again
    set.forEachElement(elements::add);
    return elements;
  }

  private static EncodedValue encode(EncodedValue like, Set<EncodedValue> elements) {
    ItemEncoder encoder = new ItemEncoder().beginValue().beginSet(like.type());
    elements.forEach(encoder::value);
    return encoder.endSet().finishValue();
  }
}
