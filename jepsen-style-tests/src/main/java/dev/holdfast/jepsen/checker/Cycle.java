package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.checker.DependencyGraph.Edge;
import dev.holdfast.jepsen.checker.DependencyGraph.Kind;
import dev.holdfast.jepsen.history.ListOperation;
import java.util.ArrayList;
import java.util.List;

/** Operations each of which must come before the next, and the last before the first. */
final class Cycle {
  private final List<ListOperation> history;
  private final List<Edge> steps; // from operation to operation; joints are left out

  Cycle(List<ListOperation> history, List<Edge> edges) {
    this.history = history;
    this.steps = new ArrayList<>();
    for (Edge edge : edges) {
      if (edge.from() < history.size()) { // the kind of a step through joints is that of its begin
        steps.add(edge);
      }
    }
    shorten();
  }

  /**
   * Who appended before another to a list that somebody saw was seen as well; and whose number was
   * seen by nobody yet, of that list nothing later was seen either.
   */
  private void shorten() {
    for (int i = 0; i < steps.size() && steps.size() > 2; ) {
      int next = (i + 1) % steps.size();
      Edge one = steps.get(i);
      Edge other = steps.get(next);
      boolean bothOfOneList = one.list() != null && one.list().equals(other.list());
      if (bothOfOneList && (one.kind() == Kind.WW || other.kind() == Kind.WW) && meet(one, other)) {
        Kind kind = one.kind() == Kind.WW ? other.kind() : one.kind();
        steps.set(i, new Edge(one.from(), other.to(), kind, one.list()));
        steps.remove(next);
        i = 0;
      } else {
        i++;
      }
    }
  }

  /** Not so where a reader is between them. */
  private static boolean meet(Edge one, Edge other) {
    return one.kind() != Kind.WR && other.kind() != Kind.RW;
  }

  /** The first line says what it is, the others who is in it. */
  String inWords() {
    List<String> arrows = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Edge step = steps.get(i);
      String where = step.list() == null ? "" : " " + step.list();
      arrows.add(label(i) + " -" + step.kind() + where + "-> ");
      lines.add("  " + label(i) + ": " + Described.operation(history.get(step.from())));
    }
    return name() + ": " + String.join("", arrows) + label(0) + "\n" + String.join("\n", lines);
  }

  private static String label(int place) {
    return "T" + (place + 1);
  }

  private long count(Kind kind) {
    return steps.stream().filter(edge -> edge.kind() == kind).count();
  }

  /** Adya's names, as Elle gives them. */
  private String name() {
    String name;
    if (count(Kind.RW) > 1) {
      name = "G2";
    } else if (count(Kind.RW) == 1) {
      name = "G-single";
    } else {
      name = count(Kind.WR) > 0 ? "G1c" : "G0";
    }
    return count(Kind.REAL_TIME) > 0 ? name + " in real time" : name;
  }
}
