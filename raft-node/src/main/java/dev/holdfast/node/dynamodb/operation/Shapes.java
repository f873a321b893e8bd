package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Shape;
import java.util.HashMap;
import java.util.Map;

/** Members that several operations share. */
final class Shapes {
  static final Shape TEXTS = new Shape.ListOf(Shape.TEXT);
  static final Shape TEXT_MAP = new Shape.MapOf(Shape.TEXT);

  private Shapes() {}

  /** The members of an operation that writes one item. */
  static Shape.Structure itemWrite(Map<String, Shape> own) {
    Map<String, Shape> members = new HashMap<>(own);
    members.put("TableName", Shape.TEXT);
    members.put("ConditionExpression", Shape.TEXT);
    members.put("ExpressionAttributeNames", TEXT_MAP);
    members.put("ExpressionAttributeValues", Shape.ATTRIBUTES);
    members.put("ReturnValues", Shape.TEXT);
    members.put("ReturnValuesOnConditionCheckFailure", Shape.TEXT);
    members.put("ReturnConsumedCapacity", Shape.TEXT);
    members.put("ReturnItemCollectionMetrics", Shape.TEXT);
    members.put("Expected", Shape.ANYTHING);
    members.put("ConditionalOperator", Shape.TEXT);
    return new Shape.Structure(Map.copyOf(members));
  }

  /** The members of Query and Scan. */
  static Shape.Structure pagedRead(Map<String, Shape> own) {
    Map<String, Shape> members = new HashMap<>(own);
    members.put("TableName", Shape.TEXT);
    members.put("IndexName", Shape.TEXT);
    members.put("Select", Shape.TEXT);
    members.put("Limit", Shape.WHOLE);
    members.put("ConsistentRead", Shape.TRUTH);
    members.put("ExclusiveStartKey", Shape.ATTRIBUTES);
    members.put("ProjectionExpression", Shape.TEXT);
    members.put("FilterExpression", Shape.TEXT);
    members.put("ExpressionAttributeNames", TEXT_MAP);
    members.put("ExpressionAttributeValues", Shape.ATTRIBUTES);
    members.put("ReturnConsumedCapacity", Shape.TEXT);
    members.put("AttributesToGet", TEXTS);
    members.put("ConditionalOperator", Shape.TEXT);
    return new Shape.Structure(Map.copyOf(members));
  }
}
