package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How long writes paused, until the last thing that happened in a run: the longer of two times.
 *
 * <ul>
 *   <li>For how long nobody's write succeeded. Where other partitions go on, that says little.
 *   <li>How long a single write took that went on meanwhile, however it ended. Transactions also
 *       wait for each other: they do not count here.
 * </ul>
 *
 * <p>Both count from the beginning of a fault to that of the next: what was waited for before, or
 * from then on, another fault has brought about.
 *
 * <p>Says nothing of tables that are deleted, whose writes fail for that.
 */
final class Availability {
  private static final String TABLES_COME_AND_GO = "table";

  private final boolean isMeasured;
  private final long[] moments; // when writes succeeded, in order, and the end
  private final List<Call> calls;
  private final NavigableSet<Long> faults; // when they began

  /** A write of one item. */
  private record Call(long beginNanos, long endNanos) {}

  /**
   * @param strikes all of the run
   */
  Availability(History history, List<Strike> strikes) {
    isMeasured = !history.workload().equals(TABLES_COME_AND_GO);
    long end = history.events().stream().mapToLong(Event::timeNanos).max().orElse(0);
    long[] writes =
        history.events().stream().filter(Writes::succeeded).mapToLong(Event::timeNanos).toArray();
    moments = Arrays.copyOf(writes, writes.length + 1);
    moments[writes.length] = end;
    calls = calls(history.events());
    faults =
        strikes.stream().map(Strike::beginNanos).collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Call> calls(List<Event> events) {
    List<Call> calls = new ArrayList<>();
    Map<Integer, Event> open = new HashMap<>();
    for (Event event : events) {
      if (event.type() == Event.Type.INVOKE) {
        open.put(event.process(), event);
      } else if (event.process() != Event.NEMESIS) {
        Event begin = open.remove(event.process());
        if (begin != null && Writes.isOfOneItem(begin)) {
          calls.add(new Call(begin.timeNanos(), event.timeNanos()));
        }
      }
    }
    return calls;
  }

  boolean isMeasured() {
    return isMeasured;
  }

  Duration longestPause(Strike strike) {
    long longest = longestGap(strike);
    for (Call call : calls) {
      if (call.beginNanos() < strike.endNanos() && call.endNanos() > strike.beginNanos()) {
        longest = Math.max(longest, within(strike, call.beginNanos(), call.endNanos()));
      }
    }
    return Duration.ofNanos(longest);
  }

  /** The longest time between two writes of which some is within the strike. */
  private long longestGap(Strike strike) {
    long longest = 0;
    long last = Math.min(strike.beginNanos(), moments[0]);
    for (long moment : moments) {
      if (moment > strike.beginNanos() && last < strike.endNanos()) {
        longest = Math.max(longest, within(strike, last, moment));
      }
      last = moment;
    }
    return longest;
  }

  /** How much of this time is the fault's. */
  private long within(Strike strike, long beginNanos, long endNanos) {
    Long next = faults.higher(strike.beginNanos());
    return Math.min(endNanos, next == null ? Long.MAX_VALUE : next)
        - Math.max(beginNanos, strike.beginNanos());
  }

  /** In the whole run, whatever happened meanwhile, and from one fault into the next. */
  Duration longestWait() {
    long longest = 0;
    for (int i = 1; i < moments.length - 1; i++) { // after the last write come the final reads
      longest = Math.max(longest, moments[i] - moments[i - 1]);
    }
    for (Call call : calls) {
      longest = Math.max(longest, call.endNanos() - call.beginNanos());
    }
    return Duration.ofNanos(longest);
  }

  /** Of several, that which is longest. */
  Duration longestPause(List<Strike> strikes) {
    return strikes.stream().map(this::longestPause).max(Duration::compareTo).orElse(Duration.ZERO);
  }
}
