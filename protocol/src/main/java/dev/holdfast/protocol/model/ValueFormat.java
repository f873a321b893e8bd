package dev.holdfast.protocol.model;

import java.util.Arrays;

/**
 * The canonical bytes of attribute values: equal values have equal bytes.
 *
 * <p>A value is a tag byte and a payload. {@code NULL}, {@code FALSE}, {@code TRUE}: nothing.
 * {@code N}, {@code S}, {@code B}: varint length, then the number's canonical decimal in ASCII,
 * UTF-8, or raw bytes. Containers: four bytes big-endian payload size, then the payload: varint
 * count and the elements. Set elements are varint length and bytes, ascending (numbers by value,
 * the others as unsigned bytes), without duplicates. List elements are values. Map entries are
 * varint name length, name, value, ascending by the name's unsigned bytes. Varints are
 * little-endian groups of seven bits in the shortest form. An item is the payload of a map.
 *
 * <p>Everything here works on arrays and positions and allocates nothing.
 */
final class ValueFormat {
  static final byte NULL = 0;
  static final byte FALSE = 1;
  static final byte TRUE = 2;
  static final byte N = 3;
  static final byte S = 4;
  static final byte B = 5;
  static final byte SS = 6;
  static final byte NS = 7;
  static final byte BS = 8;
  static final byte L = 9;
  static final byte M = 10;

  /** Tag and payload size of a container. */
  static final int CONTAINER_HEADER_BYTES = 5;

  private ValueFormat() {}

  static AttributeType type(byte tag) {
    return switch (tag) {
      case NULL -> AttributeType.NULL;
      case FALSE, TRUE -> AttributeType.BOOL;
      case N -> AttributeType.N;
      case S -> AttributeType.S;
      case B -> AttributeType.B;
      case SS -> AttributeType.SS;
      case NS -> AttributeType.NS;
      case BS -> AttributeType.BS;
      case L -> AttributeType.L;
      case M -> AttributeType.M;
      default -> throw new IllegalArgumentException("unknown value tag " + tag);
    };
  }

  /** The tag of a type with a payload. */
  static byte tag(AttributeType type) {
    return switch (type) {
      case NULL -> NULL;
      case N -> N;
      case S -> S;
      case B -> B;
      case SS -> SS;
      case NS -> NS;
      case BS -> BS;
      case L -> L;
      case M -> M;
      case BOOL -> throw new IllegalArgumentException("a boolean has two tags");
    };
  }

  static byte tag(ScalarType type) {
    return switch (type) {
      case S -> S;
      case N -> N;
      case B -> B;
    };
  }

  static boolean isScalar(byte tag) {
    return tag == N || tag == S || tag == B;
  }

  static int varint(byte[] array, int at) {
    int value = array[at] & 0x7f;
    for (int shift = 7; array[at] < 0; shift += 7) {
      at++;
      value |= (array[at] & 0x7f) << shift;
    }
    return value;
  }

  static int varintSize(int value) {
    return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;
  }

  static int writeVarint(int value, byte[] target, int at) {
    while (value >= 0x80) {
      target[at++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    target[at++] = (byte) value;
    return at;
  }

  static int int32(byte[] array, int at) {
    return array[at] << 24
        | (array[at + 1] & 0xff) << 16
        | (array[at + 2] & 0xff) << 8
        | (array[at + 3] & 0xff);
  }

  static void writeInt32(int value, byte[] target, int at) {
    target[at] = (byte) (value >>> 24);
    target[at + 1] = (byte) (value >>> 16);
    target[at + 2] = (byte) (value >>> 8);
    target[at + 3] = (byte) value;
  }

  /** The position after the varint-prefixed bytes at {@code at}. */
  static int textEnd(byte[] array, int at) {
    int size = varint(array, at);
    return at + varintSize(size) + size;
  }

  /** The position after the value at {@code at}. */
  static int valueEnd(byte[] array, int at) {
    byte tag = array[at];
    if (tag <= TRUE) {
      return at + 1;
    }
    return tag <= B ? textEnd(array, at + 1) : at + CONTAINER_HEADER_BYTES + int32(array, at + 1);
  }

  /** Orders the varint-prefixed bytes at two positions as unsigned bytes. */
  static int compareTexts(byte[] array, int left, int right) {
    int leftSize = varint(array, left);
    int rightSize = varint(array, right);
    int leftStart = left + varintSize(leftSize);
    int rightStart = right + varintSize(rightSize);
    return Arrays.compareUnsigned(
        array, leftStart, leftStart + leftSize, array, rightStart, rightStart + rightSize);
  }

  /** Orders the varint-prefixed canonical numbers at two positions by value. */
  static int compareNumbers(byte[] array, int left, int right) {
    int leftSize = varint(array, left);
    int rightSize = varint(array, right);
    int leftStart = left + varintSize(leftSize);
    int rightStart = right + varintSize(rightSize);
    return NumberText.compare(
        array, leftStart, leftStart + leftSize, array, rightStart, rightStart + rightSize);
  }

  /**
   * The position of a member's value in the map payload (or item) at {@code payload}, or −1.
   * Entries are in order, so the search ends where the name would be.
   */
  static int findMember(byte[] array, int payload, String name) {
    int count = varint(array, payload);
    int at = payload + varintSize(count);
    for (int i = 0; i < count; i++) {
      int nameSize = varint(array, at);
      int nameStart = at + varintSize(nameSize);
      int nameEnd = nameStart + nameSize;
      int order = Utf8.compare(name, array, nameStart, nameEnd);
      if (order == 0) {
        return nameEnd;
      }
      if (order < 0) {
        return -1;
      }
      at = valueEnd(array, nameEnd);
    }
    return -1;
  }

  /** The size of the value at {@code at} by DynamoDB's rules. */
  static int dynamoBytes(byte[] array, int at) {
    byte tag = array[at];
    if (tag <= TRUE) {
      return 1;
    }
    if (tag == N) {
      return NumberText.dynamoBytes(array, textStart(array, at + 1), textEnd(array, at + 1));
    }
    if (tag <= B) {
      return varint(array, at + 1);
    }
    int payload = at + CONTAINER_HEADER_BYTES;
    return switch (tag) {
      case M -> 3 + membersDynamoBytes(array, payload, 1);
      case L -> listDynamoBytes(array, payload);
      default -> setDynamoBytes(array, payload, tag);
    };
  }

  /** Names and values of the map payload (or item) at {@code payload}. */
  static int membersDynamoBytes(byte[] array, int payload, int overheadPerMember) {
    int count = varint(array, payload);
    int at = payload + varintSize(count);
    int bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += overheadPerMember + varint(array, at);
      at = textEnd(array, at);
      bytes += dynamoBytes(array, at);
      at = valueEnd(array, at);
    }
    return bytes;
  }

  /** How many containers lie in each other in the value at {@code at}. */
  static int depth(byte[] array, int at) {
    byte tag = array[at];
    if (tag < SS) {
      return 0;
    }
    int deepest = 0;
    if (tag == L || tag == M) {
      int payload = at + CONTAINER_HEADER_BYTES;
      int count = varint(array, payload);
      int entry = payload + varintSize(count);
      for (int i = 0; i < count; i++) {
        entry = tag == M ? textEnd(array, entry) : entry;
        deepest = Math.max(deepest, depth(array, entry));
        entry = valueEnd(array, entry);
      }
    }
    return 1 + deepest;
  }

  /** The position after the varint at {@code at}: of a text's bytes, or of the first entry. */
  static int textStart(byte[] array, int at) {
    return at + varintSize(varint(array, at));
  }

  private static int listDynamoBytes(byte[] array, int payload) {
    int count = varint(array, payload);
    int at = payload + varintSize(count);
    int bytes = 3;
    for (int i = 0; i < count; i++) {
      bytes += 1 + dynamoBytes(array, at);
      at = valueEnd(array, at);
    }
    return bytes;
  }

  private static int setDynamoBytes(byte[] array, int payload, byte tag) {
    int count = varint(array, payload);
    int at = payload + varintSize(count);
    int bytes = 0;
    for (int i = 0; i < count; i++) {
      int end = textEnd(array, at);
      bytes +=
          tag == NS ? NumberText.dynamoBytes(array, textStart(array, at), end) : varint(array, at);
      at = end;
    }
    return bytes;
  }
}
