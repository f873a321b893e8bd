package dev.holdfast.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Writes goals and how far they are met; those that were not measured are left out. */
record GoalTable(List<Goal> goals) {
  GoalTable {
    goals = List.copyOf(goals);
  }

  /** Empty when there is nothing to say. */
  String text(Medians medians) {
    StringBuilder rows = new StringBuilder();
    for (Goal goal : goals) {
      goal.ratio(medians).ifPresent(ratio -> appendRow(rows, goal, ratio, medians));
    }
    return rows.isEmpty()
        ? ""
        : "\n## Goals\n\nRatios of the medians.\n\n| goal | of | measured | limit | met |\n"
            + "|---|---|---|---|---|\n"
            + rows;
  }

  private static void appendRow(StringBuilder rows, Goal goal, double ratio, Medians medians) {
    rows.append(
        String.format(
            Locale.ROOT,
            "| %s | %s / %s | %.2f | %s %s | %s |%n",
            goal.title(),
            number(goal, goal.numerator(), medians),
            number(goal, goal.denominator(), medians),
            ratio,
            goal.bound() == Goal.Bound.AT_MOST ? "at most" : "at least",
            Double.toString(goal.limit()).replaceFirst("\\.0$", ""),
            goal.isMetBy(ratio) ? "yes" : "no"));
  }

  private static String number(Goal goal, Goal.Term term, Medians medians) {
    OptionalDouble value =
        medians.of(term.system(), term.operation(), term.outstanding(), goal.value());
    return String.format(
        Locale.ROOT,
        switch (goal.value()) {
          case OPERATIONS_PER_SECOND -> "%,.0f/s";
          case MEDIAN_LATENCY -> "%.2f ms";
          case SERVER_CPU_PER_OPERATION -> "%.0f µs";
        },
        value.orElse(0));
  }
}
