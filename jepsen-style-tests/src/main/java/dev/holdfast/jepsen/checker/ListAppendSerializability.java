package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.checker.Cycle.Values;
import dev.holdfast.jepsen.checker.DependencyGraph.Edge;
import dev.holdfast.jepsen.history.ListOperation;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Decides whether a history of transactions on lists is strictly serializable: whether there is one
 * order of all that took effect in which each saw what those before it appended, and in which an
 * operation that had ended before another was called comes before it.
 *
 * <p>After Kingsbury and Alvaro (Elle, 2020): as numbers are unique and lists only grow, the
 * longest value of a list tells the order of its appends, and every dependency is known. The
 * history has such an order exactly when these dependencies and real time make no cycle. An append
 * that was acknowledged and that nobody saw comes after all that were seen. What failed, and what
 * has an unknown outcome and was not seen, is left out.
 *
 * <p>Linear in the history and the lengths of what was read. Real time is a chain of moments, not
 * an edge for each pair.
 */
public final class ListAppendSerializability {
  private final List<ListOperation> history;
  private final ListVersions versions;
  private final DependencyGraph graph;

  private ListAppendSerializability(
      List<ListOperation> history, Map<String, List<Long>> finalLists) {
    this.history = history;
    this.versions = new ListVersions(history, finalLists);
    this.graph = new DependencyGraph(history.size());
  }

  /** As the other one, when nobody looked at the end. */
  public static Verdict check(List<ListOperation> history) {
    return check(history, Map.of());
  }

  /**
   * Never UNKNOWN. A history in which nothing succeeded is UNTESTED.
   *
   * @param finalLists the lists after all operations had ended and none of unknown outcome could
   *     take effect any more; acknowledged appends that these lists lack are lost
   * @throws IllegalArgumentException when a number was appended twice to one list
   */
  public static Verdict check(List<ListOperation> history, Map<String, List<Long>> finalLists) {
    if (history.stream().noneMatch(operation -> operation.outcome() == Outcome.OK)) {
      return Verdict.untested("no operation succeeded: nothing was tested");
    }
    return new ListAppendSerializability(history, finalLists).verdict();
  }

  private Verdict verdict() {
    String violation = versions.violation();
    if (violation != null) {
      return Verdict.invalid(violation);
    }
    versions.lists().forEach(this::orderAppends);
    orderReads();
    RealTime.order(
        graph, history, i -> history.get(i).outcome() == Outcome.OK, versions::isEffective);
    for (Set<Dependency> kinds : DependencyGraph.WORST_FIRST) {
      List<Edge> edges = graph.cycle(kinds);
      if (!edges.isEmpty()) {
        Cycle cycle = new Cycle(edges, history.size(), Values.GROWING);
        return Verdict.invalid(
            cycle.anomaly(cycle.name(), i -> Described.operation(history.get(i))));
      }
    }
    return Verdict.valid();
  }

  private void orderAppends(String list) {
    List<Long> order = versions.order(list);
    for (int i = 1; i < order.size(); i++) {
      int one = versions.appender(list, order.get(i - 1));
      graph.add(one, versions.appender(list, order.get(i)), Dependency.WW, list);
    }
    orderUnseen(list);
  }

  /**
   * Those that nobody saw come after the last that was seen, and after all who saw the whole list.
   * One that itself saw the whole list is the next; were there two, each had to be.
   */
  private void orderUnseen(String list) {
    List<Integer> unseen = versions.unseen(list);
    if (unseen.isEmpty()) {
      return;
    }
    int whole = versions.order(list).size();
    int afterAllSeen = graph.newJoint();
    if (whole > 0) {
      int last = versions.appender(list, versions.order(list).get(whole - 1));
      graph.add(last, afterAllSeen, Dependency.WW, list);
    }
    IntStream.range(0, history.size())
        .filter(i -> versions.isEffective(i) && sawSoMany(i, list, whole))
        .forEach(
            reader -> {
              graph.add(reader, afterAllSeen, Dependency.RW, list);
              unseen.stream()
                  .filter(next -> sawSoMany(next, list, whole))
                  .forEach(next -> graph.add(reader, next, Dependency.RW, list));
            });
    unseen.stream()
        .filter(next -> !sawSoMany(next, list, whole))
        .forEach(next -> graph.add(afterAllSeen, next, Dependency.WW, list));
  }

  private boolean sawSoMany(int operation, String list, int count) {
    List<Long> seen = history.get(operation).reads().get(list);
    return seen != null && seen.size() == count;
  }

  private void orderReads() {
    for (int i = 0; i < history.size(); i++) {
      if (versions.isEffective(i)) {
        int reader = i;
        history.get(i).reads().forEach((list, seen) -> orderRead(reader, list, seen.size()));
      }
    }
  }

  private void orderRead(int reader, String list, int seenCount) {
    List<Long> order = versions.order(list);
    if (seenCount > 0) {
      graph.add(versions.appender(list, order.get(seenCount - 1)), reader, Dependency.WR, list);
    }
    if (seenCount < order.size()) {
      graph.add(reader, versions.appender(list, order.get(seenCount)), Dependency.RW, list);
    }
  }
}
