package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One transaction on lists of numbers: it sees some lists at one moment, and appends to some at the
 * same moment. No number is appended twice to one list.
 *
 * <p>A process is sequential, and is not used again after {@link Outcome#UNKNOWN}: the transaction
 * may take effect at any later time, or never.
 *
 * @param reads what it saw by list, before its own appends; an absent list is empty. Of an unknown
 *     outcome: what it saw if it took effect; without meaning if it failed
 * @param appends the number that it appended by list
 */
public record ListOperation(
    int process,
    SortedMap<String, List<Long>> reads,
    SortedMap<String, Long> appends,
    Outcome outcome,
    long callNanos,
    long returnNanos)
    implements Timed {
  public ListOperation {
    if (returnNanos < callNanos) {
      throw new IllegalArgumentException("returned before it was called");
    }
    if (appends.isEmpty() && outcome == Outcome.UNKNOWN) {
      throw new IllegalArgumentException("a read has no effect: it has failed");
    }
    SortedMap<String, List<Long>> copies = new TreeMap<>();
    reads.forEach((list, numbers) -> copies.put(list, List.copyOf(numbers)));
    reads = Collections.unmodifiableSortedMap(copies);
    appends = Collections.unmodifiableSortedMap(new TreeMap<>(appends));
  }

  /** What a transaction saw and what it appended. */
  public record Body(Map<String, List<Long>> reads, Map<String, Long> appends) {
    /** Sees these lists and changes nothing. */
    public static Body read(Map<String, List<Long>> lists) {
      return new Body(lists, Map.of());
    }

    /** Appends and sees nothing. */
    public static Body append(Map<String, Long> numbers) {
      return new Body(Map.of(), numbers);
    }
  }

  public static ListOperation of(int process, Body body, Outcome outcome, long call, long end) {
    return new ListOperation(
        process, new TreeMap<>(body.reads()), new TreeMap<>(body.appends()), outcome, call, end);
  }
}
