package dev.holdfast.protocol.model;

/** Leads a visitor through values; recursion is bounded by the depth limit of the format. */
final class ValueWalk {
  private ValueWalk() {}

  /** Visits the members of the map payload (or item) at {@code payload}. */
  static void members(byte[] array, int payload, ItemVisitor visitor) {
    int count = ValueFormat.varint(array, payload);
    int at = payload + ValueFormat.varintSize(count);
    for (int i = 0; i < count; i++) {
      int start = ValueFormat.textStart(array, at);
      int end = ValueFormat.textEnd(array, at);
      visitor.name(array, start, end - start);
      value(array, end, visitor);
      at = ValueFormat.valueEnd(array, end);
    }
  }

  static void value(byte[] array, int at, ItemVisitor visitor) {
    byte tag = array[at];
    switch (tag) {
      case ValueFormat.NULL -> visitor.nul();
      case ValueFormat.FALSE -> visitor.bool(false);
      case ValueFormat.TRUE -> visitor.bool(true);
      case ValueFormat.N, ValueFormat.S, ValueFormat.B -> text(tag, array, at + 1, visitor);
      case ValueFormat.SS, ValueFormat.NS, ValueFormat.BS -> set(tag, array, at, visitor);
      case ValueFormat.L -> list(array, at + ValueFormat.CONTAINER_HEADER_BYTES, visitor);
      case ValueFormat.M -> {
        visitor.beginMap();
        members(array, at + ValueFormat.CONTAINER_HEADER_BYTES, visitor);
        visitor.endMap();
      }
      default -> throw new IllegalArgumentException("unknown value tag " + tag);
    }
  }

  private static void text(byte tag, byte[] array, int at, ItemVisitor visitor) {
    int start = ValueFormat.textStart(array, at);
    int size = ValueFormat.varint(array, at);
    switch (tag) {
      case ValueFormat.N, ValueFormat.NS -> visitor.number(array, start, size);
      case ValueFormat.S, ValueFormat.SS -> visitor.string(array, start, size);
      default -> visitor.binary(array, start, size);
    }
  }

  private static void set(byte tag, byte[] array, int value, ItemVisitor visitor) {
    visitor.beginSet(ValueFormat.type(tag));
    int payload = value + ValueFormat.CONTAINER_HEADER_BYTES;
    int count = ValueFormat.varint(array, payload);
    int at = payload + ValueFormat.varintSize(count);
    for (int i = 0; i < count; i++) {
      text(tag, array, at, visitor);
      at = ValueFormat.textEnd(array, at);
    }
    visitor.endSet();
  }

  private static void list(byte[] array, int payload, ItemVisitor visitor) {
    visitor.beginList();
    int count = ValueFormat.varint(array, payload);
    int at = payload + ValueFormat.varintSize(count);
    for (int i = 0; i < count; i++) {
      value(array, at, visitor);
      at = ValueFormat.valueEnd(array, at);
    }
    visitor.endList();
  }
}
