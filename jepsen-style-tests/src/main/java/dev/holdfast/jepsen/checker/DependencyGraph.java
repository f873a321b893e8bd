package dev.holdfast.jepsen.checker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must come before what. Nodes below {@code operationCount} are operations; the others only
 * join edges, and cost a cycle nothing. Not thread-safe.
 */
final class DependencyGraph {
  /**
   * @param key of what the dependency is; null for real time
   */
  record Edge(int from, int to, Dependency kind, @Nullable String key) {}

  /** From the worst violation to the mildest: with fewer kinds a cycle says more. */
  static final List<Set<Dependency>> WORST_FIRST =
      List.of(
          EnumSet.of(Dependency.WW),
          EnumSet.of(Dependency.WW, Dependency.WR),
          EnumSet.of(Dependency.WW, Dependency.WR, Dependency.RW),
          EnumSet.allOf(Dependency.class));

  private static final int STARTS_MAX = 300;
  private static final int OPERATIONS_MIN = 2; // that a cycle can have

  private final int operationCount;
  private final List<List<Edge>> edges = new ArrayList<>();

  DependencyGraph(int operationCount) {
    this.operationCount = operationCount;
    for (int i = 0; i < operationCount; i++) {
      edges.add(new ArrayList<>());
    }
  }

  /** A node that is no operation. */
  int newJoint() {
    edges.add(new ArrayList<>());
    return edges.size() - 1;
  }

  /** Nothing is said of an operation and itself. */
  void add(int from, int to, Dependency kind, @Nullable String key) {
    if (from != to) {
      edges.get(from).add(new Edge(from, to, kind, key));
    }
  }

  /** Whether there is a cycle at all, of any kinds. */
  boolean hasCycle() {
    return new Components(EnumSet.allOf(Dependency.class)).smallestCyclic().length > 0;
  }

  /** The edges of a short cycle, in its order; empty when these kinds make none. */
  List<Edge> cycle(Set<Dependency> kinds) {
    Components components = new Components(kinds);
    int[] smallest = components.smallestCyclic();
    List<Edge> shortest = List.of();
    int operations = Integer.MAX_VALUE;
    int starts = 0;
    for (int node : smallest) {
      if (node < operationCount && starts++ < STARTS_MAX && operations > OPERATIONS_MIN) {
        List<Edge> cycle = cycleThrough(node, kinds, components, operations);
        if (!cycle.isEmpty()) {
          shortest = cycle;
          operations = operationsOf(cycle);
        }
      }
    }
    return shortest;
  }

  private int operationsOf(List<Edge> cycle) {
    return (int) cycle.stream().filter(edge -> edge.from() < operationCount).count();
  }

  /**
   * The way back to a node that passes the fewest operations: a search in which joints are free.
   * Empty when none passes so few.
   */
  private List<Edge> cycleThrough(
      int start, Set<Dependency> kinds, Components components, int lessThan) {
    int[] length = new int[edges.size()];
    Arrays.fill(length, Integer.MAX_VALUE);
    length[start] = lessThan;
    @Nullable Edge[] into = new @Nullable Edge[edges.size()];
    Deque<Integer> next = new ArrayDeque<>();
    next.add(start);
    while (!next.isEmpty()) {
      int node = next.removeFirst();
      int here = node == start ? 0 : length[node]; // as the last node it has its own length
      int after = here + (node < operationCount ? 1 : 0);
      for (Edge edge : edges.get(node)) {
        boolean inside = kinds.contains(edge.kind()) && components.together(start, edge.to());
        if (!inside || after >= length[edge.to()] || after >= length[start]) {
          continue;
        }
        length[edge.to()] = after;
        into[edge.to()] = edge;
        if (edge.to() == start) {
          continue;
        }
        if (node < operationCount) {
          next.addLast(edge.to());
        } else {
          next.addFirst(edge.to());
        }
      }
    }
    List<Edge> cycle = new ArrayList<>();
    if (into[start] == null) {
      return cycle;
    }
    int node = start;
    do {
      Edge edge = Objects.requireNonNull(into[node], "a way that begins nowhere");
      cycle.add(edge);
      node = edge.from();
    } while (node != start);
    Collections.reverse(cycle);
    return cycle;
  }

  /**
   * The strongly connected components by these kinds of edges: Tarjan (1972), without recursion.
   */
  private final class Components {
    private final Set<Dependency> kinds;
    private final int[] component = new int[edges.size()];
    private final int[] index = new int[edges.size()];
    private final int[] low = new int[edges.size()];
    private final int[] nextEdge = new int[edges.size()];
    private final Deque<Integer> open = new ArrayDeque<>(); // in no component yet
    private final List<int[]> cyclic = new ArrayList<>();
    private int indexCount;
    private int componentCount;

    Components(Set<Dependency> kinds) {
      this.kinds = kinds;
      Arrays.fill(component, -1);
      Arrays.fill(index, -1);
      for (int node = 0; node < edges.size(); node++) {
        if (index[node] < 0) {
          visit(node);
        }
      }
    }

    boolean together(int one, int other) {
      return component[one] == component[other];
    }

    /** The nodes of the smallest component that has a cycle; none when there is no cycle. */
    int[] smallestCyclic() {
      return cyclic.stream()
          .min((one, other) -> Integer.compare(one.length, other.length))
          .orElse(new int[0]);
    }

    private void visit(int root) {
      Deque<Integer> path = new ArrayDeque<>();
      enter(root, path);
      while (!path.isEmpty()) {
        int node = path.getLast();
        List<Edge> out = edges.get(node);
        if (nextEdge[node] == out.size()) {
          path.removeLast();
          leave(node);
          if (!path.isEmpty()) {
            low[path.getLast()] = Math.min(low[path.getLast()], low[node]);
          }
          continue;
        }
        Edge edge = out.get(nextEdge[node]++);
        if (!kinds.contains(edge.kind())) {
          continue;
        }
        if (index[edge.to()] < 0) {
          enter(edge.to(), path);
        } else if (component[edge.to()] < 0) {
          low[node] = Math.min(low[node], index[edge.to()]);
        }
      }
    }

    private void enter(int node, Deque<Integer> path) {
      index[node] = indexCount;
      low[node] = indexCount++;
      open.addLast(node);
      path.addLast(node);
    }

    private void leave(int node) {
      if (low[node] != index[node]) {
        return;
      }
      List<Integer> members = new ArrayList<>();
      int member;
      do {
        member = open.removeLast();
        component[member] = componentCount;
        members.add(member);
      } while (member != node);
      componentCount++;
      if (members.size() > 1) {
        cyclic.add(members.stream().mapToInt(Integer::intValue).toArray());
      }
    }
  }
}
