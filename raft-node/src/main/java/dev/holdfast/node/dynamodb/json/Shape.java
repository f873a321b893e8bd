package dev.holdfast.node.dynamodb.json;

import java.util.Map;

/** What a request, or a part of one, may look like. Members that no shape names are refused. */
public sealed interface Shape {
  Shape TEXT = new Text();
  Shape WHOLE = new Whole();
  Shape TRUTH = new Truth();
  Shape ATTRIBUTES = new Attributes();
  Shape ATTRIBUTE = new Attribute();
  Shape ANYTHING = new Anything();

  /** A string. */
  record Text() implements Shape {}

  /** An integer, kept as a {@code Long}. */
  record Whole() implements Shape {}

  /** A boolean. */
  record Truth() implements Shape {}

  /** A map of attribute values, kept as {@link AttributeMap}. */
  record Attributes() implements Shape {}

  /** One attribute value, kept as an {@link AttributeMap} with the value under {@code value}. */
  record Attribute() implements Shape {}

  /** Whatever it is, only its presence counts; kept as {@code Boolean.TRUE}. */
  record Anything() implements Shape {}

  /** An array, kept as a {@code List}. */
  record ListOf(Shape element) implements Shape {}

  /** An object with free names, kept as a {@code LinkedHashMap}. */
  record MapOf(Shape value) implements Shape {}

  /** An object with these members, kept as {@link Fields}. */
  record Structure(Map<String, Shape> members) implements Shape {}
}
