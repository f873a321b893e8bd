package dev.holdfast.jepsen.report;

/** Text made harmless. */
final class Markup {
  private static final char REPLACEMENT = '\uFFFD';

  private Markup() {}

  /** As text or as a quoted attribute, in HTML and in XML, which forbids some characters. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(character -> append(character, escaped));
    return escaped.toString();
  }

  private static void append(int character, StringBuilder escaped) {
    switch (character) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      default -> escaped.appendCodePoint(isAllowed(character) ? character : REPLACEMENT);
    }
  }

  /** Source: XML 1.0, production 2; without DEL and the C1 controls, which it discourages. */
  private static boolean isAllowed(int character) {
    if (character < 0x20) {
      return character == '\t' || character == '\n' || character == '\r';
    }
    boolean control = character >= 0x7F && character <= 0x9F;
    boolean surrogate = character >= 0xD800 && character <= 0xDFFF;
    return !control && !surrogate && character != 0xFFFE && character != 0xFFFF;
  }
}
