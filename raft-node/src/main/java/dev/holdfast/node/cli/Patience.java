package dev.holdfast.node.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks again and again until something is done, and says meanwhile what it waits for. */
final class Patience {
  private static final long POLL_MILLIS = 200;

  private final PrintWriter out;
  private final long nanos;

  Patience(PrintWriter out, int seconds) {
    this.out = out;
    this.nanos = TimeUnit.SECONDS.toNanos(seconds);
  }

  /** Looks once. */
  @FunctionalInterface
  interface Look<T> {
    /**
     * Returns what has come of it, or empty when that is not known yet.
     *
     * @param isLast whether there is no time for another one
     */
    Optional<T> look(boolean isLast) throws CommandFailure, InterruptedException;
  }

  /**
   * Returns what the first look finds that finds something.
   *
   * @param waitingFor said while nothing is found
   * @param late said when the last look found nothing
   */
  <T> T await(String waitingFor, String late, Look<T> look)
      throws CommandFailure, InterruptedException {
    Progress progress = new Progress(out);
    long begin = System.nanoTime();
    try {
      while (true) {
        boolean isLast = System.nanoTime() - begin >= nanos;
        Optional<T> found = look.look(isLast);
        if (found.isPresent()) {
          return found.get();
        }
        if (isLast) {
          throw new CommandFailure(late);
        }
        progress.show("waiting for " + waitingFor);
        Thread.sleep(POLL_MILLIS);
      }
    } finally {
      progress.clear();
    }
  }
}
