package dev.holdfast.protocol.model;

import java.util.Arrays;

/**
 * Canonical numbers as ASCII: plain decimals without exponent, leading or trailing zeros, such as
 * {@code -0.5}, {@code 0}, {@code 100}. Works on arrays and positions, allocates nothing.
 */
final class NumberText {
  private NumberText() {}

  /** Orders two canonical numbers by value. */
  static int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    boolean aNegative = a[aFrom] == '-';
    boolean bNegative = b[bFrom] == '-';
    if (aNegative != bNegative) {
      return aNegative ? -1 : 1;
    }
    return aNegative
        ? compareMagnitudes(b, bFrom + 1, bTo, a, aFrom + 1, aTo)
        : compareMagnitudes(a, aFrom, aTo, b, bFrom, bTo);
  }

  /**
   * Without leading zeros the longer integer part is the larger number; with integer parts of one
   * length, decimal points stand at one place and the order is that of the bytes.
   */
  private static int compareMagnitudes(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    int order = Integer.compare(point(a, aFrom, aTo) - aFrom, point(b, bFrom, bTo) - bFrom);
    return order != 0 ? order : Arrays.compareUnsigned(a, aFrom, aTo, b, bFrom, bTo);
  }

  /** The position of the decimal point, or the end. */
  static int point(byte[] array, int from, int to) {
    int at = from;
    while (at < to && array[at] != '.') {
      at++;
    }
    return at;
  }

  /**
   * The size as the service counts it: a byte, one for every two significant digits before the
   * point and after it, each rounded up, and one for a minus sign. 123456 takes 4, 3.14159 takes 5.
   * That is more than the documentation says of numbers with digits on both sides of the point;
   * source: nubo-db/dynamodb-conformance, tier3/limits/numberByteSize, measured at the limit of an
   * item.
   */
  static int dynamoBytes(byte[] array, int from, int to) {
    int start = array[from] == '-' ? from + 1 : from;
    int point = point(array, start, to);
    int sign = start - from;
    if (point == to || (point == start + 1 && array[start] == '0')) {
      return 1 + halved(significantDigits(array, start, to)) + sign;
    }
    return 1 + halved(point - start) + halved(to - point - 1) + sign;
  }

  private static int halved(int digits) {
    return (digits + 1) / 2;
  }

  /** Digits without leading and trailing zeros; 0 for zero. */
  static int significantDigits(byte[] array, int from, int to) {
    int digits = 0;
    int zeros = 0;
    for (int at = from; at < to; at++) {
      byte c = array[at];
      if (c == '0') {
        zeros += digits == 0 ? 0 : 1;
      } else if (c >= '1' && c <= '9') {
        digits += zeros + 1;
        zeros = 0;
      }
    }
    return digits;
  }

  /** Whether the bytes are a canonical number within DynamoDB's precision and range. */
  static boolean isCanonical(byte[] array, int from, int to) {
    int start = from < to && array[from] == '-' ? from + 1 : from;
    int point = point(array, start, to);
    boolean isFraction = point < to;
    if (point == start || (isFraction && (point + 1 == to || array[to - 1] == '0'))) {
      return false;
    }
    if (array[start] == '0' && (point - start > 1 || (!isFraction && start > from))) {
      return false; // a leading zero, or minus zero
    }
    for (int at = start; at < to; at++) {
      if (at != point && (array[at] < '0' || array[at] > '9')) {
        return false;
      }
    }
    return significantDigits(array, start, to) <= DynamoNumber.DIGITS_MAX
        && isInRange(array, start, point, to);
  }

  private static boolean isInRange(byte[] array, int start, int point, int to) {
    if (array[start] != '0') {
      return point - start - 1 <= DynamoNumber.EXPONENT_MAX;
    }
    int first = point + 1;
    while (first < to && array[first] == '0') {
      first++;
    }
    return first >= to || point - first >= DynamoNumber.EXPONENT_MIN;
  }
}
