package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.json.Shape.Asker;
import dev.holdfast.node.dynamodb.json.Shape.Member;
import dev.holdfast.node.dynamodb.legacy.LegacyShapes;

/** Members that several operations share, as they declare them. */
final class Shapes {
  static final Shape TEXTS = new Shape.ListOf(Shape.TEXT);
  static final Shape TEXT_MAP = new Shape.MapOf(Shape.TEXT);

  /** A table whose items are read or written. */
  static final Shape TABLE_OF_ITEMS = new Shape.Table(Asker.ITEMS);

  /** A name of something that is created, with three characters at least. */
  static final Shape NAME = new Shape.Name(3);

  static final Member TABLE_NAME_OF_ITEMS = Shape.required("TableName", TABLE_OF_ITEMS);

  /** Of an operation on the table itself. */
  static final Member TABLE_NAME = Shape.required("TableName", new Shape.Table(Asker.TABLES));

  static final Member ITEM = Shape.required("Item", Shape.ATTRIBUTES);
  static final Member KEY = Shape.required("Key", Shape.ATTRIBUTES);
  static final Member CONSISTENT_READ = Shape.optional("ConsistentRead", Shape.TRUTH);
  static final Member CONDITION = Shape.optional("ConditionExpression", Shape.TEXT);
  static final Member PROJECTION = Shape.optional("ProjectionExpression", Shape.TEXT);
  static final Member NAMES = Shape.optional("ExpressionAttributeNames", TEXT_MAP);
  static final Member VALUES = Shape.optional("ExpressionAttributeValues", Shape.ATTRIBUTES);

  static final Member CAPACITY =
      Shape.optional("ReturnConsumedCapacity", Shape.choice("INDEXES", "TOTAL", "NONE"));
  static final Member COLLECTION_METRICS =
      Shape.optional("ReturnItemCollectionMetrics", Shape.choice("SIZE", "NONE"));
  static final Member RETURN_VALUES =
      Shape.optional(
          "ReturnValues", Shape.choice("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"));
  static final Member ON_FAILURE =
      Shape.optional("ReturnValuesOnConditionCheckFailure", Shape.choice("ALL_OLD", "NONE"));

  static final Member ATTRIBUTES_TO_GET =
      Shape.optional("AttributesToGet", Shape.listOf(Shape.TEXT, 1, Integer.MAX_VALUE));
  static final Member CONDITIONAL_OPERATOR =
      Shape.optional(LegacyShapes.CONDITIONAL_OPERATOR, LegacyShapes.OPERATOR);
  static final Member EXPECTED = Shape.optional(LegacyShapes.EXPECTED, LegacyShapes.EXPECTATIONS);

  static final Member INDEX_NAME = Shape.optional("IndexName", NAME);
  static final Member SELECT =
      Shape.optional(
          "Select",
          Shape.choice(
              "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"));
  static final Member LIMIT = Shape.optional("Limit", Shape.atLeast(1));
  static final Member START_KEY = Shape.optional("ExclusiveStartKey", Shape.ATTRIBUTES);
  static final Member FILTER = Shape.optional("FilterExpression", Shape.TEXT);

  private Shapes() {}
}
