package dev.holdfast.client;

import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.parser.InvalidExpressionException;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads conditions and updates in DynamoDB's language, with one map for names and values. */
final class ExpressionText {
  private static final String CONDITION = "ConditionExpression";

  private ExpressionText() {}

  static Condition condition(String source, Map<String, ?> placeholders) {
    return parsed(
        placeholders,
        substitutions ->
            new Condition(
                dev.holdfast.protocol.parser.Expressions.condition(
                    CONDITION, source, substitutions)));
  }

  static Update update(String source, Map<String, ?> placeholders) {
    return parsed(
        placeholders,
        substitutions ->
            Update.of(dev.holdfast.protocol.parser.Expressions.update(source, substitutions)));
  }

  private interface Parser<T> {
    T parse(Substitutions substitutions);
  }

  private static <T> T parsed(Map<String, ?> placeholders, Parser<T> parser) {
    try {
      Substitutions substitutions = substitutions(placeholders);
      T parsed = parser.parse(substitutions);
      substitutions.checkAllUsed();
      return parsed;
    } catch (InvalidExpressionException e) {
      throw new HoldfastException.InvalidRequestException(e.getMessage());
    }
  }

  private static Substitutions substitutions(Map<String, ?> placeholders) {
    SortedMap<String, String> names = new TreeMap<>();
    SortedMap<String, EncodedValue> values = new TreeMap<>();
    placeholders.forEach(
        (placeholder, meaning) -> {
          if (!placeholder.startsWith("#")) {
            values.put(placeholder, Values.encoded(meaning));
          } else if (meaning instanceof String name) {
            names.put(placeholder, name);
          } else {
            throw new HoldfastException.InvalidRequestException(
                placeholder + " stands for a name and must be a String");
          }
        });
    return Substitutions.of(
        names.isEmpty() ? null : names, values.isEmpty() ? null : Item.ofEncoded(values));
  }
}
