package dev.holdfast.protocol.model;

/** The life of a table, named as in DynamoDB. */
public enum TableStatus {
  CREATING,
  ACTIVE,
  UPDATING,
  DELETING;

  /** Whether its items can be used. */
  public boolean isServed() {
    return this == ACTIVE || this == UPDATING;
  }
}
