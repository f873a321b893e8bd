package dev.holdfast.node.transaction;

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
 * at each item; a read stands behind the last writers it saw and before the next ones; who was
 * answered before another began stands before it. A cycle among these is an anomaly.
 */
final class ListHistory {
  private static final long NEVER = Long.MAX_VALUE;

  /** A write of several items, or a read of several at one moment. */
  private static final class Operation {
    final int number;
    final long begunNanos;
    final List<Integer> items;
    long answeredNanos = NEVER;
    @Nullable List<List<Integer>> seen;
    boolean refused;

    Operation(int number, long begunNanos, List<Integer> items) {
      this.number = number;
      this.begunNanos = begunNanos;
      this.items = items;
    }

    @Override
    public String toString() {
      return seen == null ? "write " + number + " of " + items : "read " + number + items + seen;
    }
  }

  private final List<Operation> operations = new ArrayList<>();
  private final Map<Integer, Set<Integer>> after = new TreeMap<>();

  int begin(long nowNanos, List<Integer> items) {
    operations.add(new Operation(operations.size(), nowNanos, items));
    return operations.size() - 1;
  }

  void committed(int number, long nowNanos) {
    operations.get(number).answeredNanos = Math.min(operations.get(number).answeredNanos, nowNanos);
  }

  /** Answered with a certain no. */
  void refused(int number) {
    operations.get(number).refused = true;
  }

  void saw(int number, long nowNanos, List<List<Integer>> lists) {
    operations.get(number).seen = lists;
    operations.get(number).answeredNanos = nowNanos;
  }

  long committedCount() {
    return operations.stream().filter(o -> o.seen == null && o.answeredNanos != NEVER).count();
  }

  long readCount() {
    return operations.stream().filter(o -> o.seen != null).count();
  }

  /** What is wrong; null when nothing is. */
  @Nullable String anomaly(Map<Integer, List<Integer>> finalLists) {
    for (Operation operation : operations) {
      String wrong = operation.seen == null ? write(operation, finalLists) : null;
      if (wrong != null) {
        return wrong;
      }
    }
    Set<Integer> happened = new HashSet<>();
    for (List<Integer> list : finalLists.values()) {
      happened.addAll(list);
      for (int i = 1; i < list.size(); i++) {
        edge(list.get(i - 1), list.get(i));
      }
    }
    for (Operation read : operations) {
      String wrong = read.seen == null ? null : read(read, finalLists);
      if (wrong != null) {
        return wrong;
      }
      if (read.seen != null) {
        happened.add(read.number);
      }
    }
    realTime(happened);
    return cycle();
  }

  private static @Nullable String write(Operation write, Map<Integer, List<Integer>> lists) {
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
    if (present == 0 && write.answeredNanos != NEVER) {
      return write + " was acknowledged and is lost";
    }
    return present != 0 && write.refused ? write + " was refused and took effect" : null;
  }

  private @Nullable String read(Operation read, Map<Integer, List<Integer>> lists) {
    List<List<Integer>> all = Objects.requireNonNull(read.seen);
    for (int i = 0; i < all.size(); i++) {
      List<Integer> seen = all.get(i);
      List<Integer> list = Objects.requireNonNull(lists.get(read.items.get(i)));
      if (seen.size() > list.size() || !list.subList(0, seen.size()).equals(seen)) {
        return read + " saw what never was: in the end it is " + list;
      }
      if (!seen.isEmpty()) {
        edge(seen.get(seen.size() - 1), read.number);
      }
      if (seen.size() < list.size()) {
        edge(read.number, list.get(seen.size()));
      }
    }
    return null;
  }

  private void realTime(Set<Integer> happened) {
    for (Operation earlier : operations) {
      for (Operation later : operations) {
        if (earlier.answeredNanos < later.begunNanos
            && happened.contains(earlier.number)
            && happened.contains(later.number)) {
          edge(earlier.number, later.number);
        }
      }
    }
  }

  private void edge(int from, int to) {
    after.computeIfAbsent(from, number -> new HashSet<>()).add(to);
  }

  private @Nullable String cycle() {
    Map<Integer, Boolean> finished = new HashMap<>();
    List<Integer> path = new ArrayList<>();
    for (Integer start : after.keySet()) {
      String found = visit(start, finished, path);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable String visit(
      Integer number, Map<Integer, Boolean> finished, List<Integer> path) {
    Boolean done = finished.get(number);
    if (done != null) {
      return done
          ? null
          : "cycle: "
              + path.subList(path.indexOf(number), path.size()).stream()
                  .map(each -> operations.get(each).toString())
                  .toList();
    }
    finished.put(number, false);
    path.add(number);
    for (Integer next : after.getOrDefault(number, Set.of())) {
      String found = visit(next, finished, path);
      if (found != null) {
        return found;
      }
    }
    path.remove(path.size() - 1);
    finished.put(number, true);
    return null;
  }
}
