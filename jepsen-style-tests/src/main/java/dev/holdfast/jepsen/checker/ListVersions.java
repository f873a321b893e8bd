package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.ListOperation;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The order of the numbers in each list, told by the longest value that somebody saw; and what is
 * wrong already with the values alone.
 */
final class ListVersions {
  private final List<ListOperation> history;
  private final Map<String, List<Long>> finalLists;
  private final Map<String, Map<Long, Integer>> appenders = new HashMap<>();
  private final Map<String, List<Long>> longest = new TreeMap<>();
  private final BitSet effective = new BitSet(); // succeeded, or was seen to have

  /**
   * @param finalLists what the lists were when all had ended; empty when nobody looked
   */
  ListVersions(List<ListOperation> history, Map<String, List<Long>> finalLists) {
    this.history = history;
    this.finalLists = finalLists;
    for (int i = 0; i < history.size(); i++) {
      int operation = i;
      history
          .get(i)
          .appends()
          .forEach(
              (list, number) -> {
                Integer other =
                    appenders
                        .computeIfAbsent(list, any -> new HashMap<>())
                        .putIfAbsent(number, operation);
                if (other != null) {
                  throw new IllegalArgumentException(number + " is appended twice to " + list);
                }
              });
    }
    findEffective();
    finalLists.forEach(this::remember);
    effective.stream().forEach(i -> history.get(i).reads().forEach(this::remember));
  }

  /**
   * Seen are the numbers in reads of operations that took effect, which may say that others did.
   */
  private void findEffective() {
    List<Integer> unread = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      if (history.get(i).outcome() == Outcome.OK) {
        effective.set(i);
        unread.add(i);
      }
    }
    finalLists.forEach((list, numbers) -> see(list, numbers, unread));
    while (!unread.isEmpty()) {
      ListOperation reader = history.get(unread.remove(unread.size() - 1));
      reader.reads().forEach((list, numbers) -> see(list, numbers, unread));
    }
  }

  private void see(String list, List<Long> numbers, List<Integer> unread) {
    for (Long number : numbers) {
      int appender = appender(list, number);
      boolean isNews = appender >= 0 && !effective.get(appender);
      if (isNews && history.get(appender).outcome() == Outcome.UNKNOWN) {
        effective.set(appender);
        unread.add(appender);
      }
    }
  }

  private void remember(String list, List<Long> numbers) {
    longest.merge(list, numbers, (old, other) -> other.size() > old.size() ? other : old);
  }

  /** Whether the operation took effect, as far as anybody can tell. */
  boolean isEffective(int operation) {
    return effective.get(operation);
  }

  /** All numbers that anybody saw in the list, in their order. */
  List<Long> order(String list) {
    return longest.getOrDefault(list, List.of());
  }

  Set<String> lists() {
    return appenders.keySet();
  }

  /** Who appended the number, -1 for nobody. */
  int appender(String list, long number) {
    return appenders.getOrDefault(list, Map.of()).getOrDefault(number, -1);
  }

  /** Whose numbers of this list nobody saw, though they were acknowledged. */
  List<Integer> unseen(String list) {
    Set<Long> seen = new HashSet<>(order(list));
    List<Integer> unseen = new ArrayList<>();
    appenders
        .getOrDefault(list, Map.of())
        .forEach(
            (number, operation) -> {
              if (effective.get(operation) && !seen.contains(number)) {
                unseen.add(operation);
              }
            });
    unseen.sort(Integer::compare);
    return unseen;
  }

  /** What is wrong with the values alone, in words; null when nothing is. */
  @Nullable String violation() {
    for (int i = effective.nextSetBit(0); i >= 0; i = effective.nextSetBit(i + 1)) {
      for (Map.Entry<String, List<Long>> read : history.get(i).reads().entrySet()) {
        Long own = history.get(i).appends().get(read.getKey());
        if (own != null && read.getValue().contains(own)) {
          return "future read: an operation saw "
              + own
              + " in "
              + read.getKey()
              + " before its own"
              + " append of it";
        }
        String wrong = violation(read.getKey(), read.getValue());
        if (wrong != null) {
          return wrong + ", seen by " + Described.operation(history.get(i));
        }
      }
    }
    for (Map.Entry<String, List<Long>> read : finalLists.entrySet()) {
      String wrong = violation(read.getKey(), read.getValue());
      if (wrong != null) {
        return wrong + ", seen at the end";
      }
    }
    return lost();
  }

  private @Nullable String violation(String list, List<Long> numbers) {
    Set<Long> seen = new HashSet<>();
    for (Long number : numbers) {
      int appender = appender(list, number);
      if (appender < 0) {
        return "invented value: nobody appended " + number + " to " + list;
      }
      if (history.get(appender).outcome() == Outcome.FAILED) {
        return "aborted read (G1a): the append of " + number + " to " + list + " failed";
      }
      if (!seen.add(number)) {
        return "duplicate append: " + number + " is in " + list + " twice";
      }
    }
    List<Long> order = order(list);
    if (!numbers.equals(order.subList(0, numbers.size()))) {
      return "incompatible orders: " + Described.difference(list, numbers, order);
    }
    return null;
  }

  private @Nullable String lost() {
    for (Map.Entry<String, List<Long>> end : finalLists.entrySet()) {
      String list = end.getKey();
      Map<Long, Integer> lost = new TreeMap<>(appenders.getOrDefault(list, Map.of()));
      lost.values().removeIf(operation -> !effective.get(operation));
      lost.keySet().removeAll(new HashSet<>(end.getValue()));
      for (Map.Entry<Long, Integer> first : lost.entrySet()) {
        return "lost append: the end of %s lacks %s, the first by %s"
            .formatted(list, lost.keySet(), Described.operation(history.get(first.getValue())));
      }
    }
    return null;
  }
}
