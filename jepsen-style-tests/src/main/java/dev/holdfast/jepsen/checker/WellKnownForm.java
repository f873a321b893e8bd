package dev.holdfast.jepsen.checker;

import static dev.holdfast.jepsen.checker.Dependency.REAL_TIME;
import static dev.holdfast.jepsen.checker.Dependency.RW;
import static dev.holdfast.jepsen.checker.Dependency.WR;
import static dev.holdfast.jepsen.checker.Dependency.WW;

import dev.holdfast.jepsen.checker.DependencyGraph.Edge;
import dev.holdfast.jepsen.history.RegisterTransaction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Cycles on registers that have a name of their own, by their kinds and who wrote what. */
final class WellKnownForm {
  private final List<RegisterTransaction> history;

  WellKnownForm(List<RegisterTransaction> history) {
    this.history = history;
  }

  /** The name of the form, and Adya's. */
  String name(Cycle cycle) {
    List<Edge> steps = new ArrayList<>(cycle.steps());
    for (int i = 0; i < steps.size(); i++) {
      String form = form(steps);
      if (!form.isEmpty()) {
        return form + " (" + cycle.name() + ")";
      }
      Collections.rotate(steps, 1);
    }
    return cycle.name();
  }

  /** Of steps that begin where the form does; empty when it is none. */
  private String form(List<Edge> steps) {
    if (steps.stream().allMatch(step -> step.kind() == WR && isOf(step, steps.get(0)))) {
      return "cyclic versions";
    }
    List<Dependency> kinds = steps.stream().map(Edge::kind).toList();
    Edge first = steps.get(0);
    Edge second = steps.get(1);
    if (kinds.equals(List.of(RW, RW))) {
      return "write skew";
    }
    if (kinds.equals(List.of(RW, WW)) && isOf(second, first)) {
      return "lost update";
    }
    boolean wasSeen = kinds.equals(List.of(RW, WR, REAL_TIME)) && isOf(second, first);
    if (wasSeen || kinds.equals(List.of(RW, REAL_TIME))) {
      return history.get(first.from()).writes().containsKey(Objects.requireNonNull(first.key()))
          ? "lost update"
          : "stale read";
    }
    if (kinds.equals(List.of(WR, RW))) {
      return "fractured read";
    }
    return isLongFork(kinds, steps) ? "long fork" : "";
  }

  /** Two that only read saw two writes in opposite orders. */
  private boolean isLongFork(List<Dependency> kinds, List<Edge> steps) {
    return kinds.equals(List.of(WR, RW, WR, RW))
        && isOf(steps.get(0), steps.get(3))
        && isOf(steps.get(1), steps.get(2))
        && history.get(steps.get(1).from()).writes().isEmpty()
        && history.get(steps.get(3).from()).writes().isEmpty();
  }

  private static boolean isOf(Edge step, Edge other) {
    return Objects.equals(step.key(), other.key());
  }
}
