package dev.holdfast.jepsen.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * The clocks of one node, which were started to be steered: orders go through a file that the node
 * reads all the time, and another one says what the clocks show. A node that is started again
 * follows the last order.
 */
public final class ClockFile {
  static final String ENDING = ".clock";
  private static final Duration FOLLOWED_WITHIN = Duration.ofSeconds(10);
  private static final int WORDS = 5;

  private final NodeFile file;

  ClockFile(Path orders) {
    this.file = new NodeFile(orders);
  }

  /**
   * What the clocks showed at some moment, and what they should have.
   *
   * @param order the last that is followed
   */
  public record Reading(
      long order, long shownNanos, long realNanos, long shownWallMillis, long realWallMillis) {
    /** By how much the wall clock is ahead. */
    public long wallAheadMillis() {
      return shownWallMillis - realWallMillis;
    }

    /** How fast the monotonic clock went since then. */
    public double rateSince(Reading earlier) {
      return (double) (shownNanos - earlier.shownNanos) / (realNanos - earlier.realNanos);
    }
  }

  /** Returns what the clocks show once they go like that. */
  public Reading set(double rate, long wallOffsetMillis) {
    long number = order(rate, wallOffsetMillis);
    Await.until("the clock follows", FOLLOWED_WITHIN, () -> read().order() == number);
    return read();
  }

  /**
   * For a node that does not run: its clocks go like that from its start. Returns the number of the
   * order.
   */
  public long order(double rate, long wallOffsetMillis) {
    return file.order(String.format(Locale.ROOT, "%s %d", rate, wallOffsetMillis));
  }

  /** Of a moment ago. */
  public Reading read() {
    return file.answer(WORDS)
        .map(
            words ->
                new Reading(
                    Long.parseLong(words[0]),
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4])))
        .orElse(new Reading(-1, 0, 0, 0, 0));
  }
}
