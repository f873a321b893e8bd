package dev.holdfast.jepsen.differential;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Members that a message says are not there. */
final class Absences {
  private static final Pattern NAMED =
      Pattern.compile("Value null at '([^']*)'|The parameter '(TableName)' is required");

  private Absences() {}

  /** Whether a message names a member, and each that it names is absent or null. */
  static boolean areNamed(String message, Request request) {
    Matcher named = NAMED.matcher(message);
    int count = 0;
    while (named.find()) {
      count++;
      String path = named.group(1) == null ? named.group(2) : named.group(1);
      if (!path.contains(".") && isGiven(path, request)) {
        return false;
      }
    }
    return count > 0;
  }

  private static boolean isGiven(String member, Request request) {
    String name = member.substring(0, 1).toUpperCase(Locale.ROOT) + member.substring(1);
    return Pattern.compile("\"" + name + "\":(?!null)").matcher(request.body()).find();
  }
}
