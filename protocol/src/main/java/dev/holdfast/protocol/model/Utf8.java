package dev.holdfast.protocol.model;

/**
 * UTF-8 without intermediate arrays. A surrogate without its partner becomes {@code '?'}, as {@link
 * String#getBytes} does.
 */
final class Utf8 {
  private static final char REPLACEMENT = '?';

  private Utf8() {}

  /** How many bytes the text takes. */
  static int size(String text) {
    int length = text.length();
    int size = length;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        if (c < 0x800) {
          size++;
        } else if (!Character.isSurrogate(c)) {
          size += 2;
        } else if (isPair(text, i)) {
          size += 2; // two chars, four bytes
          i++;
        }
      }
    }
    return size;
  }

  /** Writes the text, for which there must be room; returns the position after it. */
  static int write(String text, byte[] target, int at) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        target[at++] = (byte) c;
      } else {
        int codePoint = codePointAt(text, i);
        if (codePoint >= 0x10000) {
          i++;
        }
        at = writeCodePoint(codePoint, target, at);
      }
    }
    return at;
  }

  /** Orders a text and UTF-8 bytes as unsigned bytes. */
  static int compare(String text, byte[] array, int from, int to) {
    int length = text.length();
    int at = from;
    for (int i = 0; i < length; i++) {
      if (at == to) {
        return 1;
      }
      char c = text.charAt(i);
      if (c < 0x80) {
        int difference = c - (array[at++] & 0xff);
        if (difference != 0) {
          return difference;
        }
      } else {
        int codePoint = codePointAt(text, i);
        if (codePoint >= 0x10000) {
          i++;
        }
        for (int index = 0; index < codePointSize(codePoint); index++) {
          int difference = at == to ? 1 : codePointByte(codePoint, index) - (array[at++] & 0xff);
          if (difference != 0) {
            return difference;
          }
        }
      }
    }
    return at == to ? 0 : -1;
  }

  /** Whether the bytes are well-formed: shortest form, no surrogates, at most U+10FFFF. */
  static boolean isWellFormed(byte[] array, int from, int to) {
    int at = from;
    while (at < to) {
      int lead = array[at++];
      if (lead >= 0) {
        continue;
      }
      lead &= 0xff;
      int following = lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1;
      if (following < 0 || to - at < following) {
        return false;
      }
      int second = array[at] & 0xff;
      boolean secondIsLegal =
          switch (lead) {
            case 0xe0 -> second >= 0xa0 && second <= 0xbf;
            case 0xed -> second >= 0x80 && second <= 0x9f;
            case 0xf0 -> second >= 0x90 && second <= 0xbf;
            case 0xf4 -> second >= 0x80 && second <= 0x8f;
            default -> second >= 0x80 && second <= 0xbf;
          };
      if (!secondIsLegal) {
        return false;
      }
      for (int i = 1; i < following; i++) {
        if ((array[at + i] & 0xc0) != 0x80) {
          return false;
        }
      }
      at += following;
    }
    return true;
  }

  private static boolean isPair(String text, int high) {
    return Character.isHighSurrogate(text.charAt(high))
        && high + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(high + 1));
  }

  private static int codePointAt(String text, int index) {
    char c = text.charAt(index);
    if (!Character.isSurrogate(c)) {
      return c;
    }
    return isPair(text, index) ? Character.toCodePoint(c, text.charAt(index + 1)) : REPLACEMENT;
  }

  private static int codePointSize(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }

  private static int codePointByte(int codePoint, int index) {
    int size = codePointSize(codePoint);
    if (size == 1) {
      return codePoint;
    }
    int bits = codePoint >>> (6 * (size - 1 - index));
    if (index > 0) {
      return 0x80 | (bits & 0x3f);
    }
    return ((0xf00 >>> size) & 0xff) | bits;
  }

  private static int writeCodePoint(int codePoint, byte[] target, int at) {
    int size = codePointSize(codePoint);
    for (int index = 0; index < size; index++) {
      target[at++] = (byte) codePointByte(codePoint, index);
    }
    return at;
  }
}
