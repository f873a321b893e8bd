package dev.holdfast.protocol.command;

/** DynamoDB's ReturnValuesOnConditionCheckFailure. */
public enum ReturnOnFailure {
  NONE,
  ALL_OLD
}
