package dev.holdfast.node.http;

import java.util.function.LongSupplier;

/** Makes request ids in DynamoDB's form: 52 characters of base 32. Thread-safe as its source is. */
final class RequestIds {
  private static final char[] ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUV".toCharArray();
  private static final int LENGTH = 52;
  private static final int CHARS_PER_LONG = 12;

  private final LongSupplier random;

  RequestIds(LongSupplier random) {
    this.random = random;
  }

  String next() {
    char[] text = new char[LENGTH];
    long bits = 0;
    for (int i = 0; i < LENGTH; i++) {
      if (i % CHARS_PER_LONG == 0) {
        bits = random.getAsLong();
      }
      text[i] = ALPHABET[(int) (bits & 31)];
      bits >>>= 5;
    }
    return new String(text);
  }
}
