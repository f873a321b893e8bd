package dev.holdfast.jepsen.checker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The order of the chains of one register by real time: one is before another if somebody who
 * touched the one had ended before somebody who touched the other was called.
 *
 * <p>This order has a cycle exactly when two chains are before each other, and these are found by
 * looking at neighbours only (Gibbons and Korach 1997, section 4, for single values).
 */
final class ChainOrder {
  /** Each is before the other. */
  record Contradiction(Chain one, Chain other) {
    /** Which of the two a person would call the earlier, if the writers tell. */
    Chain earlierByWriters() {
      boolean oneIsBefore = one.writers.isBefore(other.writers);
      if (oneIsBefore != other.writers.isBefore(one.writers)) {
        return oneIsBefore ? one : other;
      }
      return one.writers.endedNanos <= other.writers.endedNanos ? one : other;
    }
  }

  private final String key;
  private final List<Chain> byEnd;

  /**
   * @param chains without that of the initial version, which is before all
   */
  ChainOrder(String key, List<Chain> chains) {
    this.key = key;
    this.byEnd = new ArrayList<>(chains);
    byEnd.sort(Comparator.comparingLong(chain -> chain.all.endedNanos));
  }

  /** Two chains that are before each other; null when there are none, so that all is ordered. */
  @Nullable Contradiction contradiction() {
    TreeMap<Long, Chain> heldByEnd = new TreeMap<>();
    @Nullable Chain last = null;
    for (Chain chain : byEnd) {
      if (!chain.isHeld()) {
        continue;
      }
      if (last != null && areContradictory(last, chain)) {
        return new Contradiction(last, chain);
      }
      heldByEnd.put(chain.all.endedNanos, chain);
      last = chain;
    }
    for (Chain chain : byEnd) {
      Map.Entry<Long, Chain> held = heldByEnd.lowerEntry(chain.all.calledNanos);
      if (!chain.isHeld() && held != null && areContradictory(held.getValue(), chain)) {
        return new Contradiction(held.getValue(), chain);
      }
    }
    return null;
  }

  private static boolean areContradictory(Chain one, Chain other) {
    return one.all.isBefore(other.all) && other.all.isBefore(one.all);
  }

  /**
   * Adds the order to the graph, in about as many edges as there are chains and touches. Only where
   * there is no {@link #contradiction()}.
   */
  void addTo(DependencyGraph graph) {
    int count = firstWithEndFrom(Long.MAX_VALUE); // after the others comes nobody
    int[] leaves = new int[count]; // after all who touched the chain at the place
    int[] moments = new int[count]; // after all who touched that chain or one that ended before
    for (int i = 0; i < count; i++) {
      leaves[i] = joinTouchers(graph, key, byEnd.get(i));
      moments[i] = graph.newJoint();
      graph.add(leaves[i], moments[i], Dependency.WW, key);
      if (i > 0) {
        graph.add(moments[i - 1], moments[i], Dependency.WW, key);
      }
    }
    for (int place = 0; place < byEnd.size(); place++) {
      Chain chain = byEnd.get(place);
      int head = chain.first().writer;
      int before = firstWithEndFrom(chain.all.calledNanos);
      int within = Math.min(before, place); // from there on, all but itself one by one
      if (within > 0) {
        graph.add(moments[within - 1], head, Dependency.WW, key);
      }
      for (int i = within + 1; i < before; i++) { // times of no two held chains overlap: few
        graph.add(leaves[i], head, Dependency.WW, key);
      }
    }
  }

  /** How many chains are before whoever was called then. */
  private int firstWithEndFrom(long nanos) {
    int low = 0;
    int high = byEnd.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (byEnd.get(middle).all.endedNanos < nanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** A joint after all who touched the chain: they are before the writers of all later versions. */
  static int joinTouchers(DependencyGraph graph, String key, Chain chain) {
    int joint = graph.newJoint();
    Version last = chain.last(); // touchers of the others are before its writer
    if (!last.isInitial()) {
      graph.add(last.writer, joint, Dependency.WW, key);
    }
    last.readers.forEach(reader -> graph.add(reader, joint, Dependency.RW, key));
    return joint;
  }
}
