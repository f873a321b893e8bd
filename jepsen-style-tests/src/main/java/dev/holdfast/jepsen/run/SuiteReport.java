package dev.holdfast.jepsen.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a suite has shown until now, as a page for a person. */
final class SuiteReport {
  private static final double MILLIS_PER_HOUR = 3_600_000;

  private SuiteReport() {}

  static String markdown(Suite.Plan plan, long seed, List<SuiteLine> lines) {
    long faults =
        lines.stream()
            .flatMap(line -> line.pausesMillis().values().stream())
            .mapToLong(List::size)
            .sum();
    return "# Suite "
        + plan.name()
        + ", seed "
        + seed
        + "\n\n"
        + ("%d runs, %.1f hours of load, %,d operations, %,d faults; "
                + "%d anomalies, %d unknown, %d failed%n%n")
            .formatted(
                lines.size(),
                lines.stream().mapToLong(SuiteLine::millis).sum() / MILLIS_PER_HOUR,
                lines.stream().mapToLong(SuiteLine::operations).sum(),
                faults,
                count(lines, Report.ANOMALY),
                count(lines, Report.UNKNOWN),
                count(lines, Report.FAILED))
        + workloads(lines)
        + "\n"
        + faults(lines)
        + notValid(lines);
  }

  private static long count(List<SuiteLine> lines, int exitCode) {
    return lines.stream().filter(line -> line.exitCode() == exitCode).count();
  }

  private static String workloads(List<SuiteLine> lines) {
    Map<String, List<SuiteLine>> byWorkload =
        lines.stream()
            .collect(Collectors.groupingBy(SuiteLine::workload, TreeMap::new, Collectors.toList()));
    StringBuilder text =
        new StringBuilder("| workload | runs | operations | anomalies | unknown | failed |\n");
    text.append("|---|---|---|---|---|---|\n");
    byWorkload.forEach(
        (workload, its) ->
            text.append(
                "| %s | %d | %,d | %d | %d | %d |%n"
                    .formatted(
                        workload,
                        its.size(),
                        its.stream().mapToLong(SuiteLine::operations).sum(),
                        count(its, Report.ANOMALY),
                        count(its, Report.UNKNOWN),
                        count(its, Report.FAILED))));
    return text.toString();
  }

  private static String faults(List<SuiteLine> lines) {
    Map<String, List<Long>> byKind = new TreeMap<>();
    for (SuiteLine line : lines) {
      line.pausesMillis()
          .forEach(
              (kind, pauses) ->
                  byKind.computeIfAbsent(kind, name -> new ArrayList<>()).addAll(pauses));
    }
    StringBuilder text =
        new StringBuilder("| fault | times | longest pause of writes, median | 99 % | maximum |\n");
    text.append("|---|---|---|---|---|\n");
    byKind.forEach(
        (kind, all) -> {
          List<Long> pauses =
              all.stream().filter(pause -> pause != SuiteLine.UNMEASURED).sorted().toList();
          text.append(
              "| %s | %d | %s | %s | %s |%n"
                  .formatted(
                      kind,
                      all.size(),
                      percentile(pauses, 50),
                      percentile(pauses, 99),
                      percentile(pauses, 100)));
        });
    return text.toString();
  }

  /** The smallest that so many of a hundred do not exceed. */
  private static String percentile(List<Long> sorted, int percent) {
    return sorted.isEmpty()
        ? "-"
        : "%,d ms".formatted(sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1)));
  }

  private static String notValid(List<SuiteLine> lines) {
    String text =
        lines.stream()
            .filter(line -> line.exitCode() != Report.VALID)
            .map(
                line ->
                    "- run %d, %s, %s, seed %d: exit code %d, kept in run-%d"
                        .formatted(
                            line.number(),
                            line.workload(),
                            line.api(),
                            line.seed(),
                            line.exitCode(),
                            line.number()))
            .collect(Collectors.joining("\n"));
    return text.isEmpty() ? "" : "\n" + text + "\n";
  }
}
