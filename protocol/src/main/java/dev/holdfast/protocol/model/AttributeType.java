package dev.holdfast.protocol.model;

/** The types of attribute values, named as in DynamoDB. */
public enum AttributeType {
  S,
  N,
  B,
  BOOL,
  NULL,
  SS,
  NS,
  BS,
  L,
  M;

  /** Whether this is a string set, number set or binary set. */
  public boolean isSet() {
    return this == SS || this == NS || this == BS;
  }

  /** The type of a set's elements; this must be a set. */
  public AttributeType elementType() {
    return switch (this) {
      case SS -> S;
      case NS -> N;
      case BS -> B;
      case S, N, B, BOOL, NULL, L, M -> throw new IllegalStateException(this + " is not a set");
    };
  }
}
