package dev.holdfast.jepsen.checker;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transactions each of which must come before the next, and the last before the first.
 *
 * @param name Adya's, as Elle gives it, perhaps after a word for a well-known form
 * @param steps at least two; each begins where the one before it ends
 */
public record Anomaly(String name, List<Step> steps) {
  /**
   * One must come before the other.
   *
   * @param from and {@code to}: places in the history
   * @param key what both touched; null for real time
   * @param description what the one at {@code from} saw and did
   */
  public record Step(int from, int to, Dependency kind, @Nullable String key, String description) {}

  public Anomaly {
    steps = List.copyOf(steps);
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).to() != steps.get((i + 1) % steps.size()).from()) {
        throw new IllegalArgumentException("a step does not begin where the last one ended");
      }
    }
  }

  /** The first line says what it is, the others who is in it. */
  public String inWords() {
    List<String> arrows = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      String where = step.key() == null ? "" : " " + step.key();
      arrows.add(label(i) + " -" + step.kind() + where + "-> ");
      lines.add("  " + label(i) + ": " + step.description());
    }
    return name + ": " + String.join("", arrows) + label(0) + "\n" + String.join("\n", lines);
  }

  private static String label(int place) {
    return "T" + (place + 1);
  }
}
