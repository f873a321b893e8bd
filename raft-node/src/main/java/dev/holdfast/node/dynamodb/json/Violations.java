package dev.holdfast.node.dynamodb.json;

import dev.holdfast.node.dynamodb.error.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Constraints that a request breaks, in the words of the service. The trail that each check takes
 * leads to what is checked; nothing is made of it unless the check fails.
 */
final class Violations {
  /** The service counts no further. */
  private static final int COUNT_MAX = 10;

  private static final int NAME_LENGTH_MAX = 255;
  private static final String AT_LEAST = "Member must have length greater than or equal to ";
  private static final String AT_MOST = "Member must have length less than or equal to ";
  private static final String PATTERN =
      "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";

  private final List<String> found = new ArrayList<>(0);

  void missing(List<String> trail) {
    add("Value null", trail, "Member must not be null");
  }

  void oneOf(List<String> trail, String value, List<String> words) {
    if (!words.contains(value)) {
      add(shown(value), trail, "Member must satisfy enum value set: " + words);
    }
  }

  void range(List<String> trail, long value, long min, long max) {
    if (value < min) {
      add(shown(value), trail, "Member must have value greater than or equal to " + min);
    }
    if (value > max) {
      add(shown(value), trail, "Member must have value less than or equal to " + max);
    }
  }

  void length(List<String> trail, String value, int min, int max) {
    if (value.length() < min) {
      add(shown(value), trail, AT_LEAST + min);
    }
    if (value.length() > max) {
      add(shown(value), trail, AT_MOST + max);
    }
  }

  /** A name of a table or index. Source: AWS API reference, "CreateTable". */
  void name(List<String> trail, String name, int lengthMin) {
    length(trail, name, lengthMin, NAME_LENGTH_MAX);
    if (!name.isEmpty() && !isLegal(name)) {
      add(shown(name), trail, PATTERN);
    }
  }

  void count(List<String> trail, List<?> list, Shape.ListOf shape) {
    if (list.size() < shape.countMin()) {
      add(shown(list, shape), trail, AT_LEAST + shape.countMin());
    }
    if (list.size() > shape.countMax()) {
      add(shown(list, shape), trail, AT_MOST + shape.countMax());
    }
  }

  /** The service names what the keys must be, and then what lists as values must be. */
  void keysAndValues(List<String> trail, Map<?, ?> map, Shape.MapOf shape) {
    if (shape.key() instanceof Shape.Table table
        && !map.keySet().stream().allMatch(key -> isTable((String) key, table))) {
      add(
          shown(map, shape),
          trail,
          "Map keys must satisfy constraint: ["
              + (AT_MOST + NAME_LENGTH_MAX + ", ")
              + (AT_LEAST + table.asker().lengthMin() + ", ")
              + PATTERN
              + "]");
    }
    if (shape.value() instanceof Shape.ListOf list
        && !map.values().stream().allMatch(value -> isCounted((List<?>) value, list))) {
      add(
          shown(map, shape),
          trail,
          "Map value must satisfy constraint: ["
              + (AT_MOST + list.countMax() + ", ")
              + (AT_LEAST + list.countMin())
              + "]");
    }
  }

  private static boolean isTable(String key, Shape.Table shape) {
    String name = TableArns.tableName(key);
    return name.length() >= shape.asker().lengthMin()
        && name.length() <= NAME_LENGTH_MAX
        && isLegal(name);
  }

  private static boolean isCounted(List<?> list, Shape.ListOf shape) {
    return list.size() >= shape.countMin() && list.size() <= shape.countMax();
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

  private static String shown(Object value) {
    return "Value '" + value + "'";
  }

  private static String shown(List<?> list, Shape.ListOf shape) {
    return "Value '" + ShownValues.list(list, shape) + "'";
  }

  private static String shown(Map<?, ?> map, Shape.MapOf shape) {
    return "Value '" + ShownValues.map(map, shape) + "'";
  }

  private void add(String value, List<String> trail, String constraint) {
    if (found.size() < COUNT_MAX) {
      found.add(
          value
              + " at '"
              + String.join(".", trail)
              + "' failed to satisfy constraint: "
              + constraint);
    }
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
