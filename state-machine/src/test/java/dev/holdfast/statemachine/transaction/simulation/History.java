package dev.holdfast.statemachine.transaction.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What clients did and saw, and whether it could have happened one after another, in an order that
 * also respects real time (strict serializability). The final lists say in which order writers came
 * at each item; a read stands behind the last writer it saw and before the next; who was answered
 * before another began stands before it. A cycle among these is an anomaly.
 */
final class History {
  private static final long NEVER = Long.MAX_VALUE;

  /** One operation: a write of several items, or a read of some. */
  private static final class Operation {
    final int number;
    final long begunMicros;
    final Set<Integer> items;
    long answeredMicros = NEVER;
    @Nullable Map<Integer, List<Integer>> seen;
    boolean refused;

    Operation(int number, long begunMicros, Set<Integer> items) {
      this.number = number;
      this.begunMicros = begunMicros;
      this.items = items;
    }

    boolean isRead() {
      return seen != null;
    }

    @Override
    public String toString() {
      return (isRead() ? "read " : "write ") + number + " of " + items + (isRead() ? seen : "");
    }
  }

  private final Trace trace;
  private final List<Operation> operations = new ArrayList<>();

  History(Trace trace) {
    this.trace = trace;
  }

  /** Its number. */
  int begin(long nowMicros, Set<Integer> items) {
    trace.note(
        nowMicros, () -> "operation t" + operations.size() + " of items " + items + " begins");
    operations.add(new Operation(operations.size(), nowMicros, items));
    return operations.size() - 1;
  }

  /** Of an operation that began. */
  Set<Integer> items(int number) {
    return operations.get(number).items;
  }

  void committed(int number, long nowMicros) {
    trace.note(nowMicros, () -> "operation t" + number + " is acknowledged");
    Operation write = operations.get(number);
    write.answeredMicros = Math.min(write.answeredMicros, nowMicros);
  }

  /** Answered with a certain no. */
  void refused(int number) {
    operations.get(number).refused = true;
  }

  /**
   * @param lists as of one moment, by item
   */
  void saw(int number, long nowMicros, Map<Integer, List<Integer>> lists) {
    trace.note(nowMicros, () -> "operation t" + number + " saw " + lists);
    operations.get(number).seen = lists;
    operations.get(number).answeredMicros = nowMicros;
  }

  int committedCount() {
    int count = 0;
    for (Operation operation : operations) {
      count += !operation.isRead() && operation.answeredMicros != NEVER ? 1 : 0;
    }
    return count;
  }

  /**
   * @param lists what each item holds in the end
   * @return what is wrong; null when nothing is
   */
  @Nullable String anomaly(Map<Integer, List<Integer>> lists) {
    for (Operation operation : operations) {
      String wrong =
          operation.isRead() ? wrongRead(operation, lists) : wrongWrite(operation, lists);
      if (wrong != null) {
        return wrong;
      }
    }
    return cycle(lists);
  }

  private static @Nullable String wrongWrite(Operation write, Map<Integer, List<Integer>> lists) {
    int present = 0;
    for (int item : write.items) {
      int times = Collections.frequency(Objects.requireNonNull(lists.get(item)), write.number);
      if (times > 1) {
        return write + " took effect " + times + " times at item " + item;
      }
      present += times;
    }
    if (present != 0 && present != write.items.size()) {
      return write + " took effect at " + present + " items only";
    }
    if (present == 0 && write.answeredMicros != NEVER) {
      return write + " was acknowledged and is lost";
    }
    return present != 0 && write.refused ? write + " was refused and took effect" : null;
  }

  private static @Nullable String wrongRead(Operation read, Map<Integer, List<Integer>> lists) {
    for (Map.Entry<Integer, List<Integer>> entry : Objects.requireNonNull(read.seen).entrySet()) {
      List<Integer> all = Objects.requireNonNull(lists.get(entry.getKey()));
      List<Integer> seen = entry.getValue();
      if (seen.size() > all.size() || !all.subList(0, seen.size()).equals(seen)) {
        return read + " saw what never was: in the end it is " + all;
      }
    }
    return null;
  }

  private @Nullable String cycle(Map<Integer, List<Integer>> lists) {
    Map<Integer, Set<Integer>> after = new TreeMap<>();
    lists.values().forEach(list -> addChain(after, list));
    Set<Integer> happened = new HashSet<>();
    lists.values().forEach(happened::addAll);
    for (Operation read : operations) {
      if (read.isRead()) {
        happened.add(read.number);
        Objects.requireNonNull(read.seen)
            .forEach(
                (item, seen) -> {
                  List<Integer> all = Objects.requireNonNull(lists.get(item));
                  if (!seen.isEmpty()) {
                    edge(after, seen.get(seen.size() - 1), read.number);
                  }
                  if (seen.size() < all.size()) {
                    edge(after, read.number, all.get(seen.size()));
                  }
                });
      }
    }
    for (Operation earlier : operations) {
      for (Operation later : operations) {
        if (earlier.answeredMicros < later.begunMicros
            && happened.contains(earlier.number)
            && happened.contains(later.number)) {
          edge(after, earlier.number, later.number);
        }
      }
    }
    return new Search(after).cycle();
  }

  private static void addChain(Map<Integer, Set<Integer>> after, List<Integer> list) {
    for (int i = 1; i < list.size(); i++) {
      edge(after, list.get(i - 1), list.get(i));
    }
  }

  private static void edge(Map<Integer, Set<Integer>> after, int from, int to) {
    after.computeIfAbsent(from, number -> new HashSet<>()).add(to);
  }

  /** Depth first, with the path walked so far. */
  private final class Search {
    private final Map<Integer, Set<Integer>> after;
    private final Map<Integer, Boolean> finished = new HashMap<>();
    private final List<Integer> path = new ArrayList<>();

    Search(Map<Integer, Set<Integer>> after) {
      this.after = after;
    }

    @Nullable String cycle() {
      for (Integer start : after.keySet()) {
        String found = visit(start);
        if (found != null) {
          return found;
        }
      }
      return null;
    }

    private @Nullable String visit(Integer number) {
      Boolean done = finished.get(number);
      if (done != null) {
        return done ? null : "cycle: " + describe(path.subList(path.indexOf(number), path.size()));
      }
      finished.put(number, false);
      path.add(number);
      for (Integer next : after.getOrDefault(number, Set.of())) {
        String found = visit(next);
        if (found != null) {
          return found;
        }
      }
      path.remove(path.size() - 1);
      finished.put(number, true);
      return null;
    }

    private String describe(List<Integer> numbers) {
      return String.join(
          " -> ", numbers.stream().map(number -> operations.get(number).toString()).toList());
    }
  }
}
