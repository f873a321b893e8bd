package dev.holdfast.jepsen.agent;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A mistake that a node may be made to make.
 *
 * @param name on the command line
 * @param wrong what is wrong, in a sentence
 * @param breaks the rule or the invariant: docs/invariants.md, docs/decisions
 */
public record Mistake(String name, String wrong, String breaks, List<Graft> grafts) {
  public Mistake {
    grafts = List.copyOf(grafts);
  }

  static Mistake of(String name, String wrong, String breaks, Graft... grafts) {
    return new Mistake(name, wrong, breaks, List.of(grafts));
  }

  /** The methods that are rewritten. */
  public String places() {
    return grafts.stream().map(Graft::place).distinct().collect(Collectors.joining(", "));
  }
}
