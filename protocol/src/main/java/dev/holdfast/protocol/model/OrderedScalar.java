package dev.holdfast.protocol.model;

/**
 * Scalars as self-delimiting bytes in the order of their values: no encoding is a prefix of another
 * one of its type.
 *
 * <p>Strings and binaries: zero bytes become {@code 00 FF}, the end is {@code 00 01}. Numbers: a
 * sign byte (1 negative, 2 zero, 3 positive); unless zero, the exponent of the first digit + 130 in
 * one byte, two digits per byte from the left as 1 to 100, and a zero byte, all of these
 * complemented when negative.
 */
final class OrderedScalar {
  private static final byte ESCAPE = 0;
  private static final byte ESCAPED_ZERO = (byte) 0xff;
  private static final byte END = 1;
  private static final byte NEGATIVE = 1;
  private static final byte ZERO = 2;
  private static final byte POSITIVE = 3;

  private OrderedScalar() {}

  /** The most bytes that the scalar of {@code size} payload bytes can take. */
  static int sizeMax(byte tag, byte[] array, int from, int to) {
    if (tag == ValueFormat.N) {
      return 3 + (DynamoNumber.DIGITS_MAX + 1) / 2;
    }
    int size = to - from + 2;
    for (int i = from; i < to; i++) {
      if (array[i] == 0) {
        size++;
      }
    }
    return size;
  }

  /** Writes the payload of a scalar; returns the position after it. */
  static int write(byte tag, byte[] array, int from, int to, byte[] target, int at) {
    return tag == ValueFormat.N
        ? writeNumber(array, from, to, target, at)
        : writeEscaped(array, from, to, target, at);
  }

  /** The position after the encoding at {@code at}; fails with {@link IllegalArgumentException}. */
  static int end(ScalarType type, Bytes key, int at) {
    if (type == ScalarType.N) {
      byte sign = byteAt(key, at);
      if (sign == ZERO) {
        return at + 1;
      }
      byte terminator = (byte) (sign == NEGATIVE ? 0xff : 0);
      int end = at + 2;
      while (byteAt(key, end) != terminator) {
        end++;
      }
      return end + 1;
    }
    int end = at;
    while (byteAt(key, end) != ESCAPE || byteAt(key, end + 1) != END) {
      end += byteAt(key, end) == ESCAPE ? 2 : 1;
    }
    return end + 2;
  }

  /** Writes the scalar that is encoded between two positions. */
  static void decode(ScalarType type, Bytes key, int at, int end, ItemEncoder encoder) {
    switch (type) {
      case N -> encoder.number(numberText(key, at, end));
      case S -> encoder.string(unescape(key, at, end).toUtf8());
      case B -> encoder.binary(unescape(key, at, end));
    }
  }

  private static int writeEscaped(byte[] array, int from, int to, byte[] target, int at) {
    for (int i = from; i < to; i++) {
      target[at++] = array[i];
      if (array[i] == ESCAPE) {
        target[at++] = ESCAPED_ZERO;
      }
    }
    target[at++] = ESCAPE;
    target[at++] = END;
    return at;
  }

  private static Bytes unescape(Bytes key, int at, int end) {
    byte[] plain = new byte[end - at];
    int size = 0;
    for (int i = at; i < end - 2; i++) {
      plain[size++] = key.get(i);
      if (key.get(i) == ESCAPE) {
        i++;
      }
    }
    return Bytes.wrap(plain, 0, size);
  }

  private static int writeNumber(byte[] array, int from, int to, byte[] target, int at) {
    boolean negative = array[from] == '-';
    int start = negative ? from + 1 : from;
    int first = start; // the first digit that is not zero
    while (first < to && (array[first] == '0' || array[first] == '.')) {
      first++;
    }
    if (first == to) {
      target[at++] = ZERO;
      return at;
    }
    int point = NumberText.point(array, start, to);
    int exponent = first < point ? point - first - 1 : point - first;
    int last = to; // after the last digit that is not zero
    while (array[last - 1] == '0' || array[last - 1] == '.') {
      last--;
    }
    int mask = negative ? 0xff : 0;
    target[at++] = negative ? NEGATIVE : POSITIVE;
    target[at++] = (byte) ((exponent - DynamoNumber.EXPONENT_MIN) ^ mask);
    for (int i = first; i < last; i++) {
      if (i == point) {
        continue;
      }
      int pair = (array[i] - '0') * 10;
      int next = i + 1 == point ? i + 2 : i + 1;
      if (next < last) {
        pair += array[next] - '0';
      }
      target[at++] = (byte) ((pair + 1) ^ mask);
      i = next;
    }
    target[at++] = (byte) mask;
    return at;
  }

  private static String numberText(Bytes key, int at, int end) {
    if (key.get(at) == ZERO) {
      return "0";
    }
    boolean negative = key.get(at) == NEGATIVE;
    int mask = negative ? 0xff : 0;
    int exponent = ((key.get(at + 1) ^ mask) & 0xff) + DynamoNumber.EXPONENT_MIN;
    StringBuilder text = new StringBuilder(48).append(negative ? "-0." : "0.");
    for (int i = at + 2; i < end - 1; i++) {
      int pair = ((key.get(i) ^ mask) & 0xff) - 1;
      text.append((char) ('0' + pair / 10)).append((char) ('0' + pair % 10));
    }
    return text.append('E').append(exponent + 1).toString();
  }

  private static byte byteAt(Bytes key, int at) {
    if (at >= key.size()) {
      throw new IllegalArgumentException("the key ends too early: " + key);
    }
    return key.get(at);
  }
}
