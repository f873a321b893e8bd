package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.SetOperation;
import dev.holdfast.jepsen.history.SetOperation.Function;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether readings of a set that only grows, page by page, are right while its partitions
 * split and move: an element that was acknowledged before the reading was called is in it, none is
 * in it twice, none that nobody added or whose adding certainly failed or came later, and a query
 * finds its collection in the order of the sort keys.
 */
public final class SetMembership implements Checker<SetOperation> {
  @Override
  public Verdict check(List<SetOperation> history) {
    for (Function function : Function.values()) {
      if (history.stream()
          .noneMatch(each -> each.function() == function && each.outcome() == Outcome.OK)) {
        return Verdict.untested("no " + function + " succeeded: nothing was tested");
      }
    }
    Map<Long, SetOperation> adds = new HashMap<>();
    TreeMap<Long, List<SetOperation>> acknowledged = new TreeMap<>();
    for (SetOperation each : history) {
      if (each.function() != Function.ADD) {
        continue;
      }
      SetOperation other = adds.put(each.elements().get(0), each);
      if (other != null) {
        throw new IllegalArgumentException("added twice: " + other + " and " + each);
      }
      if (each.outcome() == Outcome.OK) {
        acknowledged.computeIfAbsent(each.returnNanos(), time -> new ArrayList<>()).add(each);
      }
    }
    for (SetOperation reading : history) {
      if (reading.function() != Function.ADD && reading.outcome() == Outcome.OK) {
        String violation = violation(reading, adds, acknowledged);
        if (violation != null) {
          return Verdict.invalid(violation);
        }
      }
    }
    return Verdict.valid();
  }

  private static @Nullable String violation(
      SetOperation reading,
      Map<Long, SetOperation> adds,
      NavigableMap<Long, List<SetOperation>> acknowledged) {
    Set<Long> found = new HashSet<>();
    long last = Long.MIN_VALUE;
    for (long element : reading.elements()) {
      SetOperation add = adds.get(element);
      if (!found.add(element)) {
        return named(reading) + " found " + element + " twice";
      }
      if (add == null || !isOf(reading, add)) {
        return named(reading) + " found " + element + ", which nobody added there";
      }
      if (add.outcome() == Outcome.FAILED || add.callNanos() > reading.returnNanos()) {
        return named(reading) + " found " + element + ", which was not added: " + add;
      }
      if (reading.function() == Function.QUERY && element < last) {
        return named(reading) + " found " + element + " after " + last;
      }
      last = element;
    }
    for (List<SetOperation> each : acknowledged.headMap(reading.callNanos()).values()) {
      for (SetOperation add : each) {
        if (isOf(reading, add) && !found.contains(add.elements().get(0))) {
          return named(reading) + " did not find what was added before it: " + add;
        }
      }
    }
    return null;
  }

  private static boolean isOf(SetOperation reading, SetOperation add) {
    return reading.function() == Function.SCAN
        ? add.collection().startsWith(reading.collection() + "/")
        : add.collection().equals(reading.collection());
  }

  /** Without all that it found. */
  private static String named(SetOperation reading) {
    return "%s %s of process %d (%d..%d ns, %d elements)"
        .formatted(
            reading.function(),
            reading.collection(),
            reading.process(),
            reading.callNanos(),
            reading.returnNanos(),
            reading.elements().size());
  }
}
