package dev.holdfast.protocol.model;

/** What DynamoDB bills storage and requests by; stored and described, all tables are alike. */
public enum TableClass {
  STANDARD,
  STANDARD_INFREQUENT_ACCESS
}
