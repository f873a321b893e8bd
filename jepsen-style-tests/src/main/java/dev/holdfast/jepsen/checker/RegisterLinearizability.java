package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Function;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a history of reads, writes and compare-and-sets is linearizable, each key being a
 * register of its own that starts without a value.
 *
 * <p>Linearizability is local (Herlihy and Wing 1990, theorem 1), so keys are judged one by one.
 * For each key: the search of Wing and Gong (1993) with Lowe's memoisation of (set of linearized
 * operations, state) (2017), on a doubly linked list of calls and returns. Failed operations and
 * reads of unknown outcome say nothing and are left out; other operations of unknown outcome return
 * at the end of time and need not be linearized.
 */
public final class RegisterLinearizability implements Checker<Operation> {
  private final long configurationsMax;

  /**
   * @param configurationsMax how many distinct configurations a key's search may visit before its
   *     verdict is {@link Verdict.Kind#UNKNOWN}; bounds memory too
   */
  public RegisterLinearizability(long configurationsMax) {
    this.configurationsMax = configurationsMax;
  }

  /** INVALID if any key is, else UNKNOWN if any key is. A history without success is UNTESTED. */
  @Override
  public Verdict check(List<Operation> history) {
    if (history.stream().noneMatch(operation -> operation.outcome() == Outcome.OK)) {
      return Verdict.untested("no operation succeeded: nothing was tested");
    }
    Verdict worst = Verdict.valid();
    for (Map.Entry<String, List<Operation>> key : byKey(history).entrySet()) {
      Verdict verdict = checkKey(key.getKey(), key.getValue());
      if (verdict.kind() == Verdict.Kind.INVALID) {
        return verdict;
      }
      worst = verdict.kind() == Verdict.Kind.UNKNOWN ? verdict : worst;
    }
    return worst;
  }

  private static Map<String, List<Operation>> byKey(List<Operation> history) {
    return history.stream()
        .collect(Collectors.groupingBy(Operation::key, TreeMap::new, Collectors.toList()));
  }

  private Verdict checkKey(String key, List<Operation> all) {
    List<Operation> operations =
        all.stream()
            .filter(operation -> operation.outcome() != Outcome.FAILED)
            .filter(
                operation ->
                    operation.function() != Function.READ || operation.outcome() == Outcome.OK)
            .sorted(Comparator.comparingLong(Operation::callNanos))
            .toList();
    Search search = new Search(operations, configurationsMax);
    return switch (search.run()) {
      case VALID -> Verdict.valid();
      case UNKNOWN -> Verdict.unknown("key " + key + ": search stopped at " + configurationsMax);
      case INVALID -> Verdict.invalid("key " + key + ": " + search.explanation());
      case UNTESTED -> throw new IllegalStateException("a search says what it found");
    };
  }

  /** A call or a return in the doubly linked list of events that are still to be linearized. */
  private static final class Event {
    final int operation;
    final @Nullable Event end; // of a call: its return
    @Nullable Event previous;
    @Nullable Event next;

    Event(int operation, @Nullable Event end) {
      this.operation = operation;
      this.end = end;
    }

    void unlink() {
      if (previous != null) {
        previous.next = next;
      }
      if (next != null) {
        next.previous = previous;
      }
    }

    void relink() {
      if (previous != null) {
        previous.next = this;
      }
      if (next != null) {
        next.previous = this;
      }
    }
  }

  private record Configuration(BitSet linearized, @Nullable Long value) {}

  private record Step(Event call, @Nullable Long valueBefore) {}

  private static final class Search {
    private final List<Operation> operations;
    private final long configurationsMax;
    private final Event head = new Event(-1, null);
    private final BitSet linearized = new BitSet();
    private final Set<Configuration> visited = new HashSet<>();
    private final List<Step> path = new ArrayList<>();
    private int certain; // operations that must be linearized: their outcome is OK
    private int longest = -1;
    private int stuckAt = -1;
    private @Nullable Long stuckValue;

    Search(List<Operation> operations, long configurationsMax) {
      this.operations = operations;
      this.configurationsMax = configurationsMax;
      link();
    }

    private record Timed(long nanos, boolean isCall, Event event) {}

    private void link() {
      List<Timed> events = new ArrayList<>();
      for (int i = 0; i < operations.size(); i++) {
        Operation operation = operations.get(i);
        boolean known = operation.outcome() == Outcome.OK;
        Event end = new Event(i, null);
        events.add(new Timed(operation.callNanos(), true, new Event(i, end)));
        events.add(new Timed(known ? operation.returnNanos() : Long.MAX_VALUE, false, end));
        certain += known ? 1 : 0;
      }
      // At equal times calls come first: the operations are then concurrent, the weaker claim.
      events.sort(
          Comparator.comparingLong(Timed::nanos).thenComparing(timed -> timed.isCall() ? 0 : 1));
      Event last = head;
      for (Timed timed : events) {
        last.next = timed.event();
        timed.event().previous = last;
        last = timed.event();
      }
    }

    Verdict.Kind run() {
      int left = certain;
      @Nullable Long value = null;
      Event event = head.next;
      while (left > 0) {
        if (event != null && event.end != null) { // a call: try to linearize it here
          Operation operation = operations.get(event.operation);
          if (legal(operation, value) && isNew(event.operation, after(operation, value))) {
            path.add(new Step(event, value));
            linearized.set(event.operation);
            value = after(operation, value);
            event.unlink();
            event.end.unlink();
            left -= operation.outcome() == Outcome.OK ? 1 : 0;
            event = head.next;
          } else {
            event = event.next;
          }
          if (visited.size() > configurationsMax) {
            return Verdict.Kind.UNKNOWN;
          }
          continue;
        }
        remember(event, value);
        if (path.isEmpty()) {
          return Verdict.Kind.INVALID;
        }
        Step step = path.remove(path.size() - 1); // a return not yet linearized: go back
        Event call = step.call();
        value = step.valueBefore();
        linearized.clear(call.operation);
        Objects.requireNonNull(call.end).relink();
        call.relink();
        left += operations.get(call.operation).outcome() == Outcome.OK ? 1 : 0;
        event = call.next;
      }
      return Verdict.Kind.VALID;
    }

    private boolean isNew(int operation, @Nullable Long value) {
      BitSet after = (BitSet) linearized.clone();
      after.set(operation);
      return visited.add(new Configuration(after, value));
    }

    private static boolean legal(Operation operation, @Nullable Long value) {
      return switch (operation.function()) {
        case READ -> Objects.equals(operation.value(), value);
        case WRITE -> true;
        case COMPARE_AND_SET ->
            Objects.equals(Objects.requireNonNull(operation.argument()).expected(), value);
      };
    }

    private static @Nullable Long after(Operation operation, @Nullable Long value) {
      return operation.argument() == null ? value : Long.valueOf(operation.argument().written());
    }

    private void remember(@Nullable Event event, @Nullable Long value) {
      if (event != null && path.size() > longest) {
        longest = path.size();
        stuckAt = event.operation;
        stuckValue = value;
      }
    }

    String explanation() {
      Operation stuck = operations.get(Math.max(stuckAt, 0));
      return "no order explains "
          + stuck
          + ": at best "
          + Math.max(longest, 0)
          + " operations can be ordered, leaving the value "
          + stuckValue;
    }
  }
}
