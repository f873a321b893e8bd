package dev.holdfast.node.cli.demo;

import java.io.PrintWriter;
import java.util.Locale;

/** A progress bar on a terminal; one line for each quarter elsewhere. Thread-safe. */
final class LoadBar {
  private static final int WIDTH = 40;
  private static final int QUARTERS = 4;

  private final PrintWriter out;
  private final boolean terminal;
  private final int total;
  private int done;

  LoadBar(PrintWriter out, boolean terminal, int total) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
  }

  synchronized void advance() {
    done++;
    if (terminal) {
      showBar();
    } else if (done * QUARTERS / total > (done - 1) * QUARTERS / total) {
      out.printf(Locale.ROOT, "  %3d %%  %,d of %,d%n", done * 100 / total, done, total);
      out.flush();
    }
  }

  private void showBar() {
    int filled = done * WIDTH / total;
    if (done != total && filled == (done - 1) * WIDTH / total) {
      return; // nothing to see yet
    }
    out.printf(
        Locale.ROOT,
        "\r  [%s%s] %,d of %,d",
        "#".repeat(filled),
        ".".repeat(WIDTH - filled),
        done,
        total);
    if (done == total) {
      out.println();
    }
    out.flush();
  }
}
