package dev.holdfast.protocol.model;

/**
 * Checks that bytes from outside are a canonical item or value, in one pass and without allocating;
 * fails with {@link IllegalArgumentException}. What has passed can be read without running out of
 * bounds.
 */
final class CanonicalCheck {
  private final byte[] array;
  private final int start;
  private final int end;
  private int at;

  CanonicalCheck(Bytes bytes) {
    array = bytes.backingArray();
    start = bytes.arrayOffset();
    end = start + bytes.size();
    at = start;
  }

  /** The bytes are one value. */
  void value() {
    value(0);
    if (at != end) {
      throw corrupt("bytes after the value");
    }
  }

  /** The bytes are an item. */
  void item() {
    members(0);
    if (at != end) {
      throw corrupt("bytes after the item");
    }
  }

  private void value(int depth) {
    need(1);
    byte tag = array[at++];
    switch (tag) {
      case ValueFormat.NULL, ValueFormat.FALSE, ValueFormat.TRUE -> {}
      case ValueFormat.N, ValueFormat.S, ValueFormat.B -> text(tag);
      case ValueFormat.SS, ValueFormat.NS, ValueFormat.BS, ValueFormat.L, ValueFormat.M ->
          container(tag, depth + 1);
      default -> throw corrupt("unknown tag " + tag);
    }
  }

  private void container(byte tag, int depth) {
    if (depth > ItemEncoder.DEPTH_MAX) {
      throw new IllegalArgumentException(ItemEncoder.TOO_DEEP);
    }
    need(4);
    int size = ValueFormat.int32(array, at);
    at += 4;
    if (size < 1 || size > end - at) {
      throw corrupt("container size " + size);
    }
    int payloadEnd = at + size;
    switch (tag) {
      case ValueFormat.M -> members(depth);
      case ValueFormat.L -> elements(depth);
      default -> set(tag);
    }
    if (at != payloadEnd) {
      throw corrupt("container size " + size + " does not fit its elements");
    }
  }

  private void members(int depth) {
    int count = count();
    int previous = -1;
    for (int i = 0; i < count; i++) {
      int entry = at;
      text(ValueFormat.S);
      if (previous >= 0 && ValueFormat.compareTexts(array, previous, entry) >= 0) {
        throw corrupt("names out of order");
      }
      previous = entry;
      value(depth);
    }
  }

  private void elements(int depth) {
    int count = count();
    for (int i = 0; i < count; i++) {
      value(depth);
    }
  }

  private void set(byte setTag) {
    byte tag =
        switch (setTag) {
          case ValueFormat.SS -> ValueFormat.S;
          case ValueFormat.NS -> ValueFormat.N;
          default -> ValueFormat.B;
        };
    int count = count();
    if (count == 0) {
      throw corrupt("empty set");
    }
    int previous = -1;
    for (int i = 0; i < count; i++) {
      int entry = at;
      text(tag);
      if (previous >= 0 && compare(tag, previous, entry) >= 0) {
        throw corrupt("set out of order");
      }
      previous = entry;
    }
  }

  private int compare(byte tag, int left, int right) {
    return tag == ValueFormat.N
        ? ValueFormat.compareNumbers(array, left, right)
        : ValueFormat.compareTexts(array, left, right);
  }

  private void text(byte tag) {
    int size = varint();
    need(size);
    boolean isLegal =
        switch (tag) {
          case ValueFormat.N -> NumberText.isCanonical(array, at, at + size);
          case ValueFormat.S -> Utf8.isWellFormed(array, at, at + size);
          default -> true;
        };
    if (!isLegal) {
      throw corrupt(tag == ValueFormat.N ? "not a canonical number" : "not UTF-8");
    }
    at += size;
  }

  /** Every entry takes a byte at least, so a count beyond the bytes left is a lie. */
  private int count() {
    int count = varint();
    need(count);
    return count;
  }

  private int varint() {
    int first = at;
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      need(1);
      byte group = array[at++];
      value |= (long) (group & 0x7f) << shift;
      if (group >= 0) {
        if (value > Integer.MAX_VALUE || at - first != ValueFormat.varintSize((int) value)) {
          break;
        }
        return (int) value;
      }
    }
    throw corrupt("bad length");
  }

  private void need(int bytes) {
    if (bytes > end - at) {
      throw corrupt("it ends too early");
    }
  }

  private IllegalArgumentException corrupt(String what) {
    return new IllegalArgumentException(
        "not a canonical encoding, at byte " + (at - start) + ": " + what);
  }
}
