package dev.holdfast.jepsen.report;

import java.util.ArrayList;
import java.util.List;

/** Lines of bounded length. */
final class WrappedText {
  private static final String CONTINUED = "  ";

  private WrappedText() {}

  /** Breaks at a space or after a comma where there is one; the rest of a line is indented. */
  static List<String> of(List<String> lines, int charactersMax, int linesMax) {
    List<String> wrapped = new ArrayList<>();
    for (String line : lines) {
      wrap(line.strip(), charactersMax, wrapped);
    }
    if (wrapped.size() <= linesMax) {
      return wrapped;
    }
    List<String> cut = new ArrayList<>(wrapped.subList(0, linesMax - 1));
    cut.add("… " + (wrapped.size() - linesMax + 1) + " more lines");
    return cut;
  }

  private static void wrap(String line, int charactersMax, List<String> wrapped) {
    String rest = line;
    while (rest.length() > charactersMax) {
      int end = breakOf(rest, charactersMax);
      wrapped.add(rest.substring(0, end).stripTrailing());
      rest = CONTINUED + rest.substring(end).strip();
    }
    wrapped.add(rest);
  }

  private static int breakOf(String text, int charactersMax) {
    for (int end = charactersMax; end > charactersMax / 2; end--) {
      if (text.charAt(end) == ' ' || text.charAt(end - 1) == ',') {
        return end;
      }
    }
    return Character.isLowSurrogate(text.charAt(charactersMax)) ? charactersMax - 1 : charactersMax;
  }
}
