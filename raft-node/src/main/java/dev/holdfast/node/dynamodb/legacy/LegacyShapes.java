package dev.holdfast.node.dynamodb.legacy;

import dev.holdfast.node.dynamodb.json.Shape;

/** What the legacy parameters look like, and the words that their choices know. */
public final class LegacyShapes {
  public static final String EXPECTED = "Expected";
  public static final String CONDITIONAL_OPERATOR = "ConditionalOperator";
  public static final String ATTRIBUTE_UPDATES = "AttributeUpdates";
  public static final String KEY_CONDITIONS = "KeyConditions";
  public static final String QUERY_FILTER = "QueryFilter";
  public static final String SCAN_FILTER = "ScanFilter";

  static final String COMPARISON_OPERATOR = "ComparisonOperator";
  static final String VALUES = "AttributeValueList";
  static final String VALUE = "Value";
  static final String EXISTS = "Exists";
  static final String ACTION = "Action";

  /** Of ConditionalOperator. */
  public static final Shape OPERATOR = Shape.choice("OR", "AND");

  private static final Shape COMPARISON =
      Shape.choice(
          "IN",
          "NULL",
          "BETWEEN",
          "LT",
          "NOT_CONTAINS",
          "EQ",
          "GT",
          "NOT_NULL",
          "NE",
          "LE",
          "BEGINS_WITH",
          "GE",
          "CONTAINS");

  private static final Shape ATTRIBUTE_LIST = new Shape.ListOf(Shape.ATTRIBUTE);

  /** Of QueryFilter, ScanFilter and KeyConditions. */
  public static final Shape CONDITIONS =
      new Shape.MapOf(
          Shape.structure(
              Shape.optional(VALUES, ATTRIBUTE_LIST),
              Shape.required(COMPARISON_OPERATOR, COMPARISON)));

  /** Of Expected, whose older forms have no operator. */
  public static final Shape EXPECTATIONS =
      new Shape.MapOf(
          Shape.structure(
              Shape.optional(VALUES, ATTRIBUTE_LIST),
              Shape.optional(COMPARISON_OPERATOR, COMPARISON),
              Shape.optional(EXISTS, Shape.TRUTH),
              Shape.optional(VALUE, Shape.ATTRIBUTE)));

  /** Of AttributeUpdates; no action means PUT. */
  public static final Shape UPDATES =
      new Shape.MapOf(
          Shape.structure(
              Shape.optional(VALUE, Shape.ATTRIBUTE),
              Shape.optional(ACTION, Shape.choice("ADD", "PUT", "DELETE"))));

  private LegacyShapes() {}
}
