package dev.holdfast.benchmarks.report;

import dev.holdfast.benchmarks.load.Measurement;
import dev.holdfast.benchmarks.load.Operation;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.TreeSet;

/** Writes measurements as Markdown: what ran, the ratios, the medians, every round. */
public final class MarkdownReport {
  private final List<Cell> cells;
  private final Medians medians;
  private final List<String> systems;
  private final List<Operation> operations;
  private final TreeSet<Integer> loads = new TreeSet<>();

  public MarkdownReport(List<Cell> cells) {
    this.cells = List.copyOf(cells);
    medians = new Medians(cells);
    systems = cells.stream().map(Cell::system).distinct().toList();
    operations = cells.stream().map(Cell::operation).distinct().sorted().toList();
    cells.forEach(cell -> loads.add(cell.outstanding()));
  }

  /**
   * @param facts lines such as "command: …"; printed as a list
   */
  public String text(String title, List<String> facts, List<Ratio> ratios, List<Goal> goals) {
    StringBuilder out = new StringBuilder("# " + title + "\n\n");
    facts.forEach(fact -> out.append("- ").append(fact).append('\n'));
    out.append(new GoalTable(goals).text(medians));
    appendRatios(out, ratios);
    appendMedians(out);
    appendRounds(out);
    return out.toString();
  }

  private void appendRatios(StringBuilder out, List<Ratio> ratios) {
    out.append("\n## Ratios of the medians\n\n| ratio | operation |");
    loads.forEach(load -> out.append(' ').append(load).append(" outstanding |"));
    out.append("\n|---|---|").append("---|".repeat(loads.size())).append('\n');
    for (Ratio ratio : ratios) {
      for (Operation operation : operations) {
        appendRatio(out, ratio, operation);
      }
    }
  }

  private void appendRatio(StringBuilder out, Ratio ratio, Operation operation) {
    StringBuilder line = new StringBuilder();
    boolean known = false;
    for (int load : loads) {
      OptionalDouble above = medians.of(ratio.numerator(), operation, load, ratio.value());
      OptionalDouble below = medians.of(ratio.denominator(), operation, load, ratio.value());
      if (above.isPresent() && below.isPresent() && below.getAsDouble() > 0) {
        known = true;
        line.append(format(" %.2f |", above.getAsDouble() / below.getAsDouble()));
      } else {
        line.append(" |");
      }
    }
    if (known) {
      out.append(format("| %s | %s |", ratio.title(), operation.title())).append(line).append('\n');
    }
  }

  private void appendMedians(StringBuilder out) {
    out.append(
        """

        ## Medians over the rounds

        Each value is the median of its own column. CPU is of all server processes together; the \
        load generator's own is beside it. \
        Conflicts are attempts that other transactions were in the way of; they are tried again.

        | system | operation | outstanding | ops/s | p50 ms | p99 ms | p99.9 ms | server CPU µs/op \
        | client CPU µs/op | conflicts | errors |
        |---|---|---|---|---|---|---|---|---|---|---|
        """);
    for (Operation operation : operations) {
      for (int load : loads) {
        for (String system : systems) {
          appendMedian(out, system, operation, load);
        }
      }
    }
  }

  private void appendMedian(StringBuilder out, String system, Operation operation, int load) {
    List<Measurement> rounds =
        cells.stream()
            .filter(cell -> cell.isOf(system, operation, load))
            .map(Cell::measurement)
            .toList();
    if (rounds.isEmpty()) {
      return;
    }
    out.append(
        format(
            "| %s | %s | %d | %,.0f | %.2f | %.2f | %.2f | %.0f | %.0f | %d | %d |%n",
            system,
            operation.title(),
            load,
            Medians.of(rounds.stream().mapToDouble(Measurement::operationsPerSecond).toArray()),
            Medians.of(rounds.stream().mapToDouble(one -> one.latencyMillis(50)).toArray()),
            Medians.of(rounds.stream().mapToDouble(one -> one.latencyMillis(99)).toArray()),
            Medians.of(rounds.stream().mapToDouble(one -> one.latencyMillis(99.9)).toArray()),
            Medians.of(
                rounds.stream().mapToDouble(Measurement::serverCpuMicrosPerOperation).toArray()),
            Medians.of(
                rounds.stream().mapToDouble(Measurement::clientCpuMicrosPerOperation).toArray()),
            rounds.stream().mapToLong(Measurement::conflictCount).sum(),
            rounds.stream().mapToLong(Measurement::errorCount).sum()));
  }

  private void appendRounds(StringBuilder out) {
    out.append(
        """

        ## Every round

        | operation | outstanding | round | system | ops/s | p50 ms | p99 ms | max ms | conflicts \
        | settled |
        |---|---|---|---|---|---|---|---|---|---|
        """);
    cells.stream()
        .sorted(
            Comparator.comparing(Cell::operation)
                .thenComparing(Cell::outstanding)
                .thenComparing(Cell::round))
        .forEach(cell -> appendRound(out, cell));
  }

  private static void appendRound(StringBuilder out, Cell cell) {
    Measurement one = cell.measurement();
    out.append(
        format(
            "| %s | %d | %d | %s | %,.0f | %.2f | %.2f | %.1f | %d | %s |%n",
            cell.operation().title(),
            cell.outstanding(),
            cell.round(),
            cell.system(),
            one.operationsPerSecond(),
            one.latencyMillis(50),
            one.latencyMillis(99),
            one.latencyMillis(100),
            one.conflictCount(),
            one.steady() ? "yes" : "no"));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
