package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.checker.DependencyGraph.Edge;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;

/** A cycle of the graph from transaction to transaction, in as few steps as say the same. */
final class Cycle {
  /** What it means to have seen a version. */
  enum Values {
    /** A version holds all that were written before it, as a list does. */
    GROWING,
    /** A version replaces the one before it, as in a register. */
    REPLACED
  }

  private final List<Edge> steps;
  private final Values values;

  /**
   * @param transactionCount nodes from this one on are joints, which are left out
   */
  Cycle(List<Edge> edges, int transactionCount, Values values) {
    this.steps = new ArrayList<>();
    this.values = values;
    List<Edge> begins = edges.stream().filter(edge -> edge.from() < transactionCount).toList();
    for (int i = 0; i < begins.size(); i++) {
      Edge begin = begins.get(i); // the kind of a step through joints is that of its begin
      int to = begins.get((i + 1) % begins.size()).from();
      steps.add(new Edge(begin.from(), to, begin.kind(), begin.key()));
    }
    shorten();
  }

  private void shorten() {
    for (int i = 0; i < steps.size() && steps.size() > 2; ) {
      int next = (i + 1) % steps.size();
      Edge one = steps.get(i);
      Edge other = steps.get(next);
      if (one.key() != null && one.key().equals(other.key()) && areOne(one.kind(), other.kind())) {
        Dependency kind = one.kind() == Dependency.WW ? other.kind() : one.kind();
        steps.set(i, new Edge(one.from(), other.to(), kind, one.key()));
        steps.remove(next);
        i = 0;
      } else {
        i++;
      }
    }
  }

  /**
   * Who wrote before another wrote what somebody saw was seen as well where values grow; and who
   * did not see a version saw no later one either. Not so where a reader is between the two steps.
   */
  private boolean areOne(Dependency one, Dependency other) {
    return switch (other) {
      case WW -> one == Dependency.WW || one == Dependency.RW;
      case WR -> one == Dependency.WW && values == Values.GROWING;
      case RW, REAL_TIME -> false;
    };
  }

  List<Edge> steps() {
    return Collections.unmodifiableList(steps);
  }

  /**
   * @param description what a transaction saw and did, by its place in the history
   */
  Anomaly anomaly(String name, IntFunction<String> description) {
    return new Anomaly(
        name,
        steps.stream()
            .map(
                step ->
                    new Anomaly.Step(
                        step.from(),
                        step.to(),
                        step.kind(),
                        step.key(),
                        description.apply(step.from())))
            .toList());
  }

  private long count(Dependency kind) {
    return steps.stream().filter(edge -> edge.kind() == kind).count();
  }

  /** Adya's names, as Elle gives them. */
  String name() {
    String name;
    if (count(Dependency.RW) > 1) {
      name = "G2";
    } else if (count(Dependency.RW) == 1) {
      name = "G-single";
    } else {
      name = count(Dependency.WR) > 0 ? "G1c" : "G0";
    }
    return count(Dependency.REAL_TIME) > 0 ? name + " in real time" : name;
  }
}
