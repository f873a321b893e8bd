package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tags of tables. Source: AWS API reference, "Tag". */
final class Tags {
  static final Shape KEY = Shape.text(1, 128);
  static final Shape SHAPE =
      new Shape.ListOf(
          Shape.structure(Shape.required("Key", KEY), Shape.required("Value", Shape.text(0, 256))));

  /** Whose tags they are. */
  static final Shape.Member RESOURCE = Shape.required("ResourceArn", Shape.text(1, 1283));

  private static final int COUNT_MAX = 50;

  private Tags() {}

  static SortedMap<String, String> of(@Nullable List<Fields> given) {
    SortedMap<String, String> tags = new TreeMap<>();
    for (Fields tag : given == null ? List.<Fields>of() : given) {
      String key = Objects.requireNonNull(tag.text("Key"));
      String value = Objects.requireNonNull(tag.text("Value"));
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
