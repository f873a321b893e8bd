package dev.holdfast.protocol.command;

/** What a write returns of its item, named as in DynamoDB. */
public enum ReturnValues {
  NONE,
  ALL_OLD,
  UPDATED_OLD,
  ALL_NEW,
  UPDATED_NEW
}
