package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Function;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides whether every session read its own writes and never went back in time (Terry and others
 * 1994): a process is a session, and what it has once seen or been acknowledged of a key binds all
 * its later reads of that key.
 *
 * <p>Needs histories in which each key is written by one process only, with growing values and
 * nothing after a write of unknown outcome, so that the values of a key are its versions. A read of
 * a value that was never written is refused too.
 */
public final class SessionGuarantees {
  private record SessionKey(int session, String key) {}

  private SessionGuarantees() {}

  /** A history without a successful read is UNTESTED. */
  public static Verdict check(List<Operation> history) {
    Map<String, Long> written = new HashMap<>();
    for (Operation operation : history) {
      if (operation.argument() != null) {
        written.merge(operation.key(), operation.argument().written(), Math::max);
      }
    }
    Map<SessionKey, Long> floors = new HashMap<>();
    long readCount = 0;
    for (Operation operation : inOrderOfCalls(history)) {
      if (operation.outcome() != Outcome.OK) {
        continue;
      }
      SessionKey place = new SessionKey(operation.process(), operation.key());
      long seen = seen(operation);
      if (operation.function() == Function.READ) {
        readCount++;
        long floor = floors.getOrDefault(place, 0L);
        if (seen < floor) {
          return Verdict.invalid(operation + " after its session had seen " + floor);
        }
        if (seen > written.getOrDefault(operation.key(), 0L)) {
          return Verdict.invalid(operation + " saw what nobody wrote");
        }
      }
      floors.merge(place, seen, Math::max);
    }
    return readCount == 0
        ? Verdict.untested("no read succeeded: nothing was tested")
        : Verdict.valid();
  }

  private static List<Operation> inOrderOfCalls(List<Operation> history) {
    return history.stream().sorted(Comparator.comparingLong(Operation::callNanos)).toList();
  }

  /** Values begin at 1: 0 stands for no value. */
  private static long seen(Operation operation) {
    if (operation.argument() != null) {
      return operation.argument().written();
    }
    Long value = operation.value();
    return value == null ? 0 : value;
  }
}
