package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.Timed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** The order of what did not overlap, as a chain of moments and not an edge for each pair. */
final class RealTime {
  private RealTime() {}

  /**
   * Each end is a moment; moments follow each other; who was called later comes after them.
   *
   * @param succeeded whose end says that it had taken effect
   * @param effective who took effect at all: these, and those of unknown outcome that were seen
   */
  static void order(
      DependencyGraph graph,
      List<? extends Timed> history,
      IntPredicate succeeded,
      IntPredicate effective) {
    TreeMap<Long, Integer> moments = new TreeMap<>();
    for (int i = 0; i < history.size(); i++) {
      if (succeeded.test(i)) {
        moments.computeIfAbsent(history.get(i).returnNanos(), any -> graph.newJoint());
      }
    }
    List<Integer> inOrder = new ArrayList<>(moments.values());
    for (int i = 1; i < inOrder.size(); i++) {
      graph.add(inOrder.get(i - 1), inOrder.get(i), Dependency.REAL_TIME, null);
    }
    for (int i = 0; i < history.size(); i++) {
      if (succeeded.test(i)) {
        int end = Objects.requireNonNull(moments.get(history.get(i).returnNanos()));
        graph.add(i, end, Dependency.REAL_TIME, null);
      }
      Map.Entry<Long, Integer> before = moments.lowerEntry(history.get(i).callNanos());
      if (before != null && effective.test(i)) {
        graph.add(before.getValue(), i, Dependency.REAL_TIME, null);
      }
    }
  }
}
