package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.CounterOperation;
import dev.holdfast.jepsen.history.CounterOperation.Function;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides whether every increment is counted exactly once (invariant 7): a strong read finds no
 * less than what was acknowledged before it was called, and no more than what was called before it
 * ended and has not certainly failed.
 *
 * <p>It takes a read at the end, when nothing is under way any more, to find every increment that
 * is missing, and as few increments of unknown outcome as can be to find every one that was counted
 * twice.
 */
public final class CounterBounds implements Checker<CounterOperation> {
  /** Sums in the order of time; a read comes before what happens at its own time. */
  private record Moment(long nanos, Kind kind, CounterOperation operation) {
    enum Kind {
      READ_CALLED,
      ADD_CALLED,
      ADD_RETURNED,
      READ_RETURNED
    }
  }

  private static final class Sums {
    private long acknowledged;
    private long called;
    private final Map<CounterOperation, Long> atCall = new HashMap<>();
  }

  @Override
  public Verdict check(List<CounterOperation> history) {
    for (Function function : Function.values()) {
      if (history.stream()
          .noneMatch(each -> each.function() == function && each.outcome() == Outcome.OK)) {
        return Verdict.untested("no " + function + " succeeded: nothing was tested");
      }
    }
    Map<String, Sums> counters = new HashMap<>();
    for (Moment moment : moments(history)) {
      CounterOperation operation = moment.operation();
      Sums sums = counters.computeIfAbsent(operation.counter(), name -> new Sums());
      switch (moment.kind()) {
        case READ_CALLED -> sums.atCall.put(operation, sums.acknowledged);
        case ADD_CALLED -> sums.called += operation.amount();
        case ADD_RETURNED -> sums.acknowledged += operation.amount();
        case READ_RETURNED -> {
          long least = sums.atCall.getOrDefault(operation, 0L);
          if (operation.amount() < least || operation.amount() > sums.called) {
            return Verdict.invalid(
                "%s is not between %d, acknowledged before it, and %d, called before its end"
                    .formatted(operation, least, sums.called));
          }
        }
      }
    }
    return Verdict.valid();
  }

  private static List<Moment> moments(List<CounterOperation> history) {
    List<Moment> moments = new ArrayList<>(2 * history.size());
    for (CounterOperation each : history) {
      if (each.function() == Function.ADD && each.outcome() != Outcome.FAILED) {
        moments.add(new Moment(each.callNanos(), Moment.Kind.ADD_CALLED, each));
        if (each.outcome() == Outcome.OK) {
          moments.add(new Moment(each.returnNanos(), Moment.Kind.ADD_RETURNED, each));
        }
      } else if (each.function() == Function.READ && each.outcome() == Outcome.OK) {
        moments.add(new Moment(each.callNanos(), Moment.Kind.READ_CALLED, each));
        moments.add(new Moment(each.returnNanos(), Moment.Kind.READ_RETURNED, each));
      }
    }
    moments.sort(Comparator.comparingLong(Moment::nanos).thenComparing(Moment::kind));
    return moments;
  }
}
