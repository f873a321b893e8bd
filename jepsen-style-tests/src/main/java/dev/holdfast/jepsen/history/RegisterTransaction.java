package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One transaction on registers: it sees some at one moment, and writes some at the same moment. No
 * value is written twice to one register.
 *
 * <p>A process is sequential, and is not used again after {@link Outcome#UNKNOWN}: the transaction
 * may take effect at any later time, or never.
 *
 * @param reads what it saw by register, before its own writes; null is no value. Of an unknown
 *     outcome: what it saw if it took effect; without meaning if it failed
 * @param writes the value that it wrote by register
 */
public record RegisterTransaction(
    int process,
    SortedMap<String, @Nullable Long> reads,
    SortedMap<String, Long> writes,
    Outcome outcome,
    long callNanos,
    long returnNanos)
    implements Timed {
  public RegisterTransaction {
    if (returnNanos < callNanos) {
      throw new IllegalArgumentException("returned before it was called");
    }
    if (writes.isEmpty() && outcome == Outcome.UNKNOWN) {
      throw new IllegalArgumentException("a read has no effect: it has failed");
    }
    reads = Collections.unmodifiableSortedMap(new TreeMap<>(reads));
    writes = Collections.unmodifiableSortedMap(new TreeMap<>(writes));
  }

  /** What a transaction saw and what it wrote. */
  public record Body(Map<String, @Nullable Long> reads, Map<String, Long> writes) {
    /** Sees these values and changes nothing. */
    public static Body read(Map<String, @Nullable Long> values) {
      return new Body(values, Map.of());
    }

    /** Writes and sees nothing. */
    public static Body write(Map<String, Long> values) {
      return new Body(Map.of(), values);
    }
  }

  public static RegisterTransaction of(
      int process, Body body, Outcome outcome, long call, long end) {
    return new RegisterTransaction(
        process, new TreeMap<>(body.reads()), new TreeMap<>(body.writes()), outcome, call, end);
  }
}
