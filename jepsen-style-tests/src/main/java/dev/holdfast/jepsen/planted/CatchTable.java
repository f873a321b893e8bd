package dev.holdfast.jepsen.planted;

import java.util.List;
import java.util.stream.Collectors;

/** What was caught, by whom and how fast, as a table for a page. */
public final class CatchTable {
  private static final List<String> COLUMNS =
      List.of(
          "mistake",
          "what is wrong",
          "it breaks",
          "planted in",
          "workload",
          "faults",
          "found by",
          "after",
          "operations",
          "seed");

  private CatchTable() {}

  public static String markdown(List<Catch> catches) {
    return String.join(" | ", COLUMNS).transform(CatchTable::bars)
        + bars("---|".repeat(COLUMNS.size()).substring(0, 4 * COLUMNS.size() - 1))
        + catches.stream().map(CatchTable::row).collect(Collectors.joining());
  }

  private static String bars(String cells) {
    return "|" + cells + "|\n";
  }

  private static String row(Catch caught) {
    PlantedBug bug = caught.bug();
    return "| `%s` | %s | %s | %s | `%s` | %s | %s | %d s | %,d | %d |%n"
        .formatted(
            bug.name(),
            bug.mistake().wrong(),
            bug.mistake().breaks(),
            bug.mistake().places(),
            bug.experiment().name(),
            bug.nemesis(),
            caught.by() == null ? "**nobody**" : caught.by(),
            caught.took().toSeconds(),
            caught.operations(),
            caught.seed());
  }
}
