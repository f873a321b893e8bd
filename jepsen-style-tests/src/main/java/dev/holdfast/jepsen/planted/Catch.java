package dev.holdfast.jepsen.planted;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of the hunt for one mistake.
 *
 * @param by who found it; null when nobody did
 * @param words what was found, or what became of the last run, on a line
 * @param seed of the last run
 * @param took from the start of the first cluster to the judgement of the last run
 * @param operations of all runs
 */
public record Catch(
    PlantedBug bug, @Nullable String by, String words, long seed, Duration took, long operations) {
  public boolean isCaught() {
    return by != null;
  }

  /** A line for a person. */
  public String inWords() {
    String how =
        "after %d s and %,d operations, seed %d".formatted(took.toSeconds(), operations, seed);
    return isCaught()
        ? "%-30s caught by %s, nemesis %s, %s: %s"
            .formatted(bug.name(), by, bug.nemesis(), how, words)
        : "%-30s NOT CAUGHT, nemesis %s, %s: %s".formatted(bug.name(), bug.nemesis(), how, words);
  }
}
