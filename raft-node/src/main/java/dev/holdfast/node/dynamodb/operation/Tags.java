package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tags of tables. Source: AWS API reference, "Tag", and the answers of the service. */
final class Tags {
  static final Shape SHAPE =
      new Shape.ListOf(
          Shape.structure(Shape.optional("Key", Shape.TEXT), Shape.optional("Value", Shape.TEXT)));

  /** Whose tags they are. */
  static final Shape.Member RESOURCE = Shape.required("ResourceArn", Shape.text(1, 1283));

  private static final int COUNT_MAX = 50;
  private static final int KEY_LENGTH_MAX = 128;
  private static final int VALUE_LENGTH_MAX = 256;
  private static final String RESERVED_PREFIX = "aws:";
  private static final Pattern LEGAL = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

  private Tags() {}

  static SortedMap<String, String> of(@Nullable List<Fields> given) {
    SortedMap<String, String> tags = new TreeMap<>();
    for (Fields tag : given == null ? List.<Fields>of() : given) {
      String key = key(tag.text("Key"));
      String value = value(tag.text("Value"));
      if (key.startsWith(RESERVED_PREFIX)) {
        throw ApiException.validation("Tag Key cannot be prefixed with aws:, Key: " + key);
      }
      if (tags.put(key, value) != null) {
        throw ApiException.validation(
            "Duplicate Tag Keys provided as input: Duplicate Tag Key found " + key);
      }
    }
    requireFew(tags.size());
    ConsistentIndexes.requireSound(tags);
    return tags;
  }

  /** As {@link #of}, of which there must be one at least. */
  static SortedMap<String, String> someOf(@Nullable List<Fields> given) {
    SortedMap<String, String> tags = of(given);
    if (tags.isEmpty()) {
      throw ApiException.validation("Atleast one Tag needs to be provided as Input.");
    }
    return tags;
  }

  /** The keys of tags that are to be removed. */
  static List<String> keys(@Nullable List<String> given) {
    List<String> keys = given == null ? List.of() : given;
    if (keys.isEmpty()) {
      throw ApiException.validation("Atleast one Tag Key needs to be provided as Input.");
    }
    requireFew(keys.size());
    return keys.stream().map(Tags::key).toList();
  }

  private static String key(@Nullable String key) {
    if (key == null || key.isEmpty() || !isLegal(key, KEY_LENGTH_MAX)) {
      throw ApiException.validation("The Tag Key provided is invalid, Key: " + key);
    }
    return key;
  }

  private static String value(@Nullable String value) {
    if (value == null || !isLegal(value, VALUE_LENGTH_MAX)) {
      throw ApiException.validation("The Tag Value provided is invalid, Value: " + value);
    }
    return value;
  }

  private static boolean isLegal(String text, int lengthMax) {
    return text.length() <= lengthMax && LEGAL.matcher(text).matches();
  }

  private static void requireFew(int count) {
    if (count > COUNT_MAX) {
      throw ApiException.validation(
          "Number of Tags exceed the current limit for the provided ResourceArn");
    }
  }
}
