package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Function;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Decides whether no read is staler than promised: it sees at least what had been acknowledged one
 * bound before it was called, and nothing that was never written.
 *
 * <p>Needs histories in which each key is written with growing values, one write after the other.
 * The clocks of a run are one, so its only error is the time between an acknowledgement and its
 * record, which is on the safe side.
 */
public final class BoundedStaleness implements Checker<Operation> {
  private final Duration bound;

  public BoundedStaleness(Duration bound) {
    this.bound = bound;
  }

  @Override
  public Verdict check(List<Operation> history) {
    Map<String, NavigableMap<Long, Long>> acknowledged = new HashMap<>(); // the highest by time
    Map<String, Long> written = new HashMap<>();
    history.stream()
        .filter(each -> each.function() == Function.WRITE && each.outcome() != Outcome.FAILED)
        .sorted((one, other) -> Long.compare(one.returnNanos(), other.returnNanos()))
        .forEach(
            write -> {
              long value = value(write);
              written.merge(write.key(), value, Math::max);
              if (write.outcome() == Outcome.OK) {
                NavigableMap<Long, Long> highest =
                    acknowledged.computeIfAbsent(write.key(), key -> new TreeMap<>());
                long before = highest.isEmpty() ? 0 : highest.lastEntry().getValue();
                highest.put(write.returnNanos(), Math.max(before, value));
              }
            });
    long readCount = 0;
    for (Operation read : history) {
      if (read.function() != Function.READ || read.outcome() != Outcome.OK) {
        continue;
      }
      readCount++;
      long seen = read.value() == null ? 0 : read.value();
      long floor = floor(acknowledged, read);
      if (seen < floor) {
        return Verdict.invalid(
            read + " does not see " + floor + ", acknowledged more than " + bound + " before it");
      }
      if (seen > written.getOrDefault(read.key(), 0L)) {
        return Verdict.invalid(read + " saw what nobody wrote");
      }
    }
    return readCount == 0 || acknowledged.isEmpty()
        ? Verdict.untested("no read or no write succeeded: nothing was tested")
        : Verdict.valid();
  }

  private long floor(Map<String, NavigableMap<Long, Long>> acknowledged, Operation read) {
    NavigableMap<Long, Long> highest = acknowledged.getOrDefault(read.key(), new TreeMap<>());
    Map.Entry<Long, Long> before = highest.lowerEntry(read.callNanos() - bound.toNanos());
    return before == null ? 0 : before.getValue();
  }

  private static long value(Operation write) {
    Operation.Argument argument = write.argument();
    if (argument == null) {
      throw new IllegalArgumentException("a write without a value: " + write);
    }
    return argument.written();
  }
}
