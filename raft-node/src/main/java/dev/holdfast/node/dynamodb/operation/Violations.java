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
  private static final int NAME_LENGTH_MAX = 255;

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

  /** A text with a length in characters. */
  Violations length(String member, @Nullable String value, int minimum, int maximum) {
    if (value == null) {
      return this;
    }
    if (value.length() < minimum) {
      return add(
          "Value '" + value + "'",
          member,
          "Member must have length greater than or equal to " + minimum);
    }
    return value.length() <= maximum
        ? this
        : add(
            "Value '" + value + "'",
            member,
            "Member must have length less than or equal to " + maximum);
  }

  /** A list of one element at least. The service prints it; that it is too long says enough. */
  Violations count(String member, @Nullable List<?> list, int maximum) {
    if (list == null) {
      return this;
    }
    if (list.isEmpty()) {
      return add("Value '[]'", member, "Member must have length greater than or equal to 1");
    }
    return list.size() <= maximum
        ? this
        : add(
            "Value '[" + list.size() + " members]'",
            member,
            "Member must have length less than or equal to " + maximum);
  }

  /** A name of a table or index. Source: AWS API reference, "CreateTable". */
  Violations name(String member, @Nullable String name, int lengthMin) {
    if (name == null
        || (name.length() >= lengthMin && name.length() <= NAME_LENGTH_MAX && isLegal(name))) {
      return this; // every request passes here: nothing is made for it
    }
    String value = "Value '" + name + "'";
    if (name.length() < lengthMin) {
      add(value, member, "Member must have length greater than or equal to " + lengthMin);
    }
    if (name.length() > NAME_LENGTH_MAX) {
      add(value, member, "Member must have length less than or equal to " + NAME_LENGTH_MAX);
    }
    return isLegal(name)
        ? this
        : add(value, member, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }

  private static boolean isLegal(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isLegal(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLegal(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '.';
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
