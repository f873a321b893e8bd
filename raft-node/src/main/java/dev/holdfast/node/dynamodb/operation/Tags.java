package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tags of tables. Source: AWS API reference, "Tag". */
final class Tags {
  static final Shape SHAPE =
      new Shape.ListOf(new Shape.Structure(Map.of("Key", Shape.TEXT, "Value", Shape.TEXT)));

  private static final int COUNT_MAX = 50;
  private static final int KEY_LENGTH_MAX = 128;
  private static final int VALUE_LENGTH_MAX = 256;

  private Tags() {}

  static SortedMap<String, String> of(@Nullable List<Fields> given) {
    SortedMap<String, String> tags = new TreeMap<>();
    for (Fields tag : given == null ? List.<Fields>of() : given) {
      String key = tag.text("Key");
      String value = tag.text("Value");
      new Violations()
          .required("tags.member.key", key)
          .required("tags.member.value", value)
          .check();
      if (key == null || key.isEmpty() || key.length() > KEY_LENGTH_MAX) {
        throw ApiException.invalidParameter("Tag keys must have 1 to 128 characters");
      }
      if (value == null || value.length() > VALUE_LENGTH_MAX) {
        throw ApiException.invalidParameter("Tag values must have at most 256 characters");
      }
      if (tags.put(key, value) != null) {
        throw ApiException.invalidParameter("Duplicate tag key: " + key);
      }
    }
    if (tags.size() > COUNT_MAX) {
      throw ApiException.invalidParameter("Too many tags; a table has at most 50");
    }
    return tags;
  }
}
