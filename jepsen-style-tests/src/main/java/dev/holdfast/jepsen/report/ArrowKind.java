package dev.holdfast.jepsen.report;

import java.util.Locale;

/** Why one transaction comes before another; each has a line of its own. */
enum ArrowKind {
  WW("ww", "ww", "ww: wrote before the other wrote"),
  WR("wr", "wr", "wr: the other read what it wrote"),
  RW("rw", "rw", "rw: read what the other then replaced"),
  REAL_TIME("real time", "rt", "real time: ended before the other began"),
  OTHER("", "other", "another reason");

  private final String beginning;
  private final String style;
  private final String meaning;

  ArrowKind(String beginning, String style, String meaning) {
    this.beginning = beginning;
    this.style = style;
    this.meaning = meaning;
  }

  /** The class of its line. */
  String style() {
    return style;
  }

  String meaning() {
    return meaning;
  }

  /** By what a label begins with. */
  static ArrowKind of(String label) {
    String words = label.toLowerCase(Locale.ROOT) + " ";
    for (ArrowKind kind : values()) {
      if (words.startsWith(kind.beginning + " ")) {
        return kind;
      }
    }
    return OTHER;
  }
}
