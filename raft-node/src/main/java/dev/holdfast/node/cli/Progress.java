package dev.holdfast.node.cli;

import java.io.PrintWriter;

/** One line that is written over and over; nothing at all when the output is not a terminal. */
final class Progress {
  /** Lets a terminal begin again at its top. */
  static final String CLEAR = "\u001b[H\u001b[2J";

  private static final char[] WHEEL = {'|', '/', '-', '\\'};

  private final PrintWriter out;
  private final boolean terminal = terminal();
  private int turn;

  Progress(PrintWriter out) {
    this.out = out;
  }

  /** Whether the standard output is a terminal; the launcher knows, Java does not everywhere. */
  static boolean terminal() {
    return Boolean.getBoolean("holdfast.terminal");
  }

  void show(String text) {
    if (terminal) {
      out.print("\r\u001b[K" + WHEEL[turn++ % WHEEL.length] + " " + text);
      out.flush();
    }
  }

  void clear() {
    if (terminal && turn > 0) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }
}
