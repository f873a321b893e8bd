package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.History;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How long nobody's write succeeded, until the last thing that happened in a run. Says nothing of
 * tables that are deleted, whose writes fail for that.
 */
final class Availability {
  private static final String TABLES_COME_AND_GO = "table";

  private final boolean isMeasured;
  private final long[] moments; // when writes succeeded, in order, and the end

  Availability(History history) {
    isMeasured = !history.workload().equals(TABLES_COME_AND_GO);
    long end = history.events().stream().mapToLong(Event::timeNanos).max().orElse(0);
    long[] writes =
        history.events().stream().filter(Writes::succeeded).mapToLong(Event::timeNanos).toArray();
    moments = Arrays.copyOf(writes, writes.length + 1);
    moments[writes.length] = end;
  }

  boolean isMeasured() {
    return isMeasured;
  }

  /** The longest time between two writes of which some is within the strike. */
  Duration longestGap(Strike strike) {
    long longest = 0;
    long last = Math.min(strike.beginNanos(), moments[0]);
    for (long moment : moments) {
      if (moment > strike.beginNanos() && last < strike.endNanos()) {
        longest = Math.max(longest, moment - last);
      }
      last = moment;
    }
    return Duration.ofNanos(longest);
  }

  /** Of several, that which is longest. */
  Duration longestGap(List<Strike> strikes) {
    return strikes.stream().map(this::longestGap).max(Duration::compareTo).orElse(Duration.ZERO);
  }
}
