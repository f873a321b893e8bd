package dev.holdfast.node.dynamodb.stream;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * Numbers of records as the API spells them: with a 1 before twenty digits, since the service's
 * have 21 digits at least. Their order as texts is that of the numbers.
 */
public final class SequenceNumber {
  private static final int DIGIT_COUNT = 21;
  private static final String FIRST = "1";

  private SequenceNumber() {}

  public static String of(long number) {
    return FIRST + String.format(Locale.ROOT, "%020d", number);
  }

  /** Empty for what is none of ours. */
  public static OptionalLong parse(String text) {
    if (text.length() != DIGIT_COUNT
        || !text.startsWith(FIRST)
        || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text.substring(FIRST.length())));
    } catch (NumberFormatException e) {
      return OptionalLong.empty(); // more than a long
    }
  }
}
