package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The constraints that DynamoDB declares on the members of a request, and reports all at once. The
 * names of members are given as its messages spell them: {@code tableName}.
 */
final class Violations {
  private final List<String> found = new ArrayList<>();

  Violations required(String member, @Nullable Object value) {
    return value != null ? this : add("Value null", member, "Member must not be null");
  }

  /**
   * @param values in the order in which the message lists them
   */
  Violations oneOf(String member, @Nullable String value, List<String> values) {
    return value == null || values.contains(value)
        ? this
        : add(
            "Value '" + value + "'",
            member,
            "Member must satisfy enum value set: [" + String.join(", ", values) + "]");
  }

  Violations atLeast(String member, @Nullable Long value, long minimum) {
    return value == null || value >= minimum
        ? this
        : add(
            "Value '" + value + "'",
            member,
            "Member must have value greater than or equal to " + minimum);
  }

  Violations atMost(String member, @Nullable Long value, long maximum) {
    return value == null || value <= maximum
        ? this
        : add(
            "Value '" + value + "'",
            member,
            "Member must have value less than or equal to " + maximum);
  }

  private Violations add(String value, String member, String constraint) {
    found.add(value + " at '" + member + "' failed to satisfy constraint: " + constraint);
    return this;
  }

  /** Fails when any constraint was violated. */
  void check() {
    if (!found.isEmpty()) {
      String errors = found.size() == 1 ? " validation error" : " validation errors";
      throw ApiException.validation(
          found.size() + errors + " detected: " + String.join("; ", found));
    }
  }
}
