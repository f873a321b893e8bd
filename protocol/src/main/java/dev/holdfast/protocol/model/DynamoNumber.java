package dev.holdfast.protocol.model;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * DynamoDB's numbers: at most 38 significant digits, magnitudes from 1E-130 to 9.99…E+125, and
 * zero.
 *
 * <p>Failures are {@link IllegalArgumentException}s with DynamoDB's messages. Source: AWS Developer
 * Guide, "Supported data types and naming rules: Number".
 */
public final class DynamoNumber {
  public static final int DIGITS_MAX = 38;

  /** The exponent of the first significant digit of the largest magnitude. */
  static final int EXPONENT_MAX = 125;

  /** The exponent of the first significant digit of the smallest magnitude. */
  static final int EXPONENT_MIN = -130;

  private static final String NOT_A_NUMBER = "The parameter cannot be converted to a numeric value";
  private static final String TOO_PRECISE =
      "Attempting to store more than 38 significant digits in a Number";
  private static final String OVERFLOW =
      "Number overflow. Attempting to store a number with magnitude larger than supported range";
  private static final String UNDERFLOW =
      "Number underflow. Attempting to store a number with magnitude smaller than supported range";

  private DynamoNumber() {}

  /**
   * Parses a decimal with an optional sign, fraction and exponent.
   *
   * @return without trailing zeros
   */
  public static BigDecimal parse(String text) {
    return new Scanner(text).value();
  }

  /** The number as DynamoDB prints it: a plain decimal without exponent or trailing zeros. */
  public static String text(BigDecimal number) {
    return canonical(number).toPlainString();
  }

  /** The text of {@link #parse}, without the detour for what is canonical already. */
  static String canonicalText(String text) {
    return isShortInteger(text) ? text : parse(text).toPlainString();
  }

  /** Checks precision and range, and strips trailing zeros. */
  public static BigDecimal canonical(BigDecimal number) {
    if (number.signum() == 0) {
      return BigDecimal.ZERO;
    }
    // bounds the work on absurd exponents before anything is expanded
    long exponent = (long) number.precision() - number.scale() - 1;
    checkExponent(exponent);
    BigDecimal stripped = number.stripTrailingZeros();
    if (stripped.precision() > DIGITS_MAX) {
      throw new IllegalArgumentException(TOO_PRECISE);
    }
    return stripped;
  }

  /** The exact sum; fails when it has too many digits or is out of range. */
  public static BigDecimal add(BigDecimal left, BigDecimal right) {
    return result(left.add(right));
  }

  /** The exact difference; fails when it has too many digits or is out of range. */
  public static BigDecimal subtract(BigDecimal left, BigDecimal right) {
    return result(left.subtract(right));
  }

  /**
   * What arithmetic makes is refused as an overflow also when it only has too many digits. Source:
   * scylladb/scylladb, test/alternator/test_number.py, of the service.
   */
  private static BigDecimal result(BigDecimal number) {
    if (number.signum() != 0 && number.stripTrailingZeros().precision() > DIGITS_MAX) {
      throw new IllegalArgumentException(OVERFLOW);
    }
    return canonical(number);
  }

  private static void checkExponent(long exponent) {
    if (exponent > EXPONENT_MAX) {
      throw new IllegalArgumentException(OVERFLOW);
    }
    if (exponent < EXPONENT_MIN) {
      throw new IllegalArgumentException(UNDERFLOW);
    }
  }

  /** Whether the text is a canonical integer that surely fits: the common case. */
  private static boolean isShortInteger(String text) {
    int length = text.length();
    int first = length > 0 && text.charAt(0) == '-' ? 1 : 0;
    if (first == length || length > DIGITS_MAX) {
      return false;
    }
    for (int i = first; i < length; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
    }
    return text.charAt(first) != '0' || length == 1;
  }

  /** One pass over a number's text; its cost is linear in the text, whatever the exponent says. */
  private static final class Scanner {
    private final String text;
    private final StringBuilder digits = new StringBuilder(DIGITS_MAX);
    private int at;
    private boolean sawDigit;
    private long scale;
    private long zeros;

    Scanner(String text) {
      this.text = text;
    }

    BigDecimal value() {
      boolean negative = at < text.length() && text.charAt(at) == '-';
      if (negative || (at < text.length() && text.charAt(at) == '+')) {
        at++;
      }
      scanDigits(0);
      if (at < text.length() && text.charAt(at) == '.') {
        at++;
        scanDigits(1);
      }
      long exponent = scanExponent();
      if (!sawDigit || at < text.length()) {
        throw notANumber();
      }
      if (digits.isEmpty()) {
        return BigDecimal.ZERO;
      }
      // the value is digits · 10^(exponent − scale + zeros)
      long power = exponent - scale + zeros;
      checkExponent(power + digits.length() - 1);
      if (digits.length() > DIGITS_MAX) {
        throw new IllegalArgumentException(TOO_PRECISE);
      }
      BigInteger unscaled = new BigInteger(digits.toString());
      return new BigDecimal(negative ? unscaled.negate() : unscaled, (int) -power);
    }

    private void scanDigits(int scalePerDigit) {
      for (; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c < '0' || c > '9') {
          return;
        }
        sawDigit = true;
        scale += scalePerDigit;
        if (c != '0') {
          for (; zeros > 0; zeros--) {
            digits.append('0');
          }
          digits.append(c);
        } else if (!digits.isEmpty()) {
          zeros++;
        }
      }
    }

    private long scanExponent() {
      if (at == text.length() || (text.charAt(at) != 'e' && text.charAt(at) != 'E')) {
        return 0;
      }
      at++;
      boolean negative = at < text.length() && text.charAt(at) == '-';
      if (negative || (at < text.length() && text.charAt(at) == '+')) {
        at++;
      }
      int first = at;
      long exponent = 0;
      for (; at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9'; at++) {
        exponent = Math.min(exponent * 10 + text.charAt(at) - '0', Integer.MAX_VALUE);
      }
      if (at == first) {
        throw notANumber();
      }
      return negative ? -exponent : exponent;
    }

    private IllegalArgumentException notANumber() {
      return new IllegalArgumentException(
          text.isEmpty() ? NOT_A_NUMBER : NOT_A_NUMBER + ": " + text);
    }
  }
}
