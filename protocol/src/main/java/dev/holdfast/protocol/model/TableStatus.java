package dev.holdfast.protocol.model;

/** The life of a table, named as in DynamoDB. */
public enum TableStatus {
  CREATING,
  ACTIVE,
  UPDATING,
  DELETING
}
