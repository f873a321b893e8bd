package dev.holdfast.jepsen.report;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * A lane for each process, as few as there are processes at once. A client takes a new process
 * after an operation of unknown outcome; the lane that fell free last is most likely its old one.
 *
 * @param laneByProcess counted from 0
 */
record Lanes(int count, Map<Integer, Integer> laneByProcess) {
  /** From the first call of a process to its last end. */
  private record Life(int process, long beginNanos, long endNanos) {
    Life and(Life later) {
      return new Life(
          process, Math.min(beginNanos, later.beginNanos), Math.max(endNanos, later.endNanos));
    }
  }

  private record Occupied(int lane, long endNanos) {}

  int of(Bar bar) {
    Integer lane = laneByProcess.get(bar.process());
    if (lane == null) {
      throw new IllegalArgumentException("of another history: " + bar);
    }
    return lane;
  }

  static Lanes pack(List<Bar> bars) {
    Map<Integer, Life> lives = new HashMap<>();
    for (Bar bar : bars) {
      Life life = new Life(bar.process(), bar.callNanos(), bar.endNanos());
      lives.merge(bar.process(), life, Life::and);
    }
    List<Life> inOrder =
        lives.values().stream()
            .sorted(Comparator.comparingLong(Life::beginNanos).thenComparingInt(Life::process))
            .toList();
    PriorityQueue<Occupied> occupied =
        new PriorityQueue<>(Comparator.comparingLong(Occupied::endNanos));
    Deque<Integer> free = new ArrayDeque<>();
    Map<Integer, Integer> lanes = new HashMap<>();
    int count = 0;
    for (Life life : inOrder) {
      Occupied first = occupied.peek();
      while (first != null && first.endNanos() <= life.beginNanos()) {
        free.push(first.lane());
        occupied.remove();
        first = occupied.peek();
      }
      Integer last = free.poll();
      int lane = last == null ? count++ : last;
      lanes.put(life.process(), lane);
      occupied.add(new Occupied(lane, life.endNanos()));
    }
    return new Lanes(count, Map.copyOf(lanes));
  }
}
