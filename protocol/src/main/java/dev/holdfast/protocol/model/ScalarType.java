package dev.holdfast.protocol.model;

/** The types a key attribute may have, named as in DynamoDB. */
public enum ScalarType {
  S,
  N,
  B
}
