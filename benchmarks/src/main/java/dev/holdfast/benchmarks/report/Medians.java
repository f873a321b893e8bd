package dev.holdfast.benchmarks.report;

import dev.holdfast.benchmarks.load.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** Medians over the rounds. */
record Medians(List<Cell> cells) {
  Medians {
    cells = List.copyOf(cells);
  }

  /** Empty when it was not measured. */
  OptionalDouble of(String system, Operation operation, int outstanding, Ratio.Value value) {
    double[] values =
        cells.stream()
            .filter(cell -> cell.isOf(system, operation, outstanding))
            .mapToDouble(value::of)
            .toArray();
    return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(of(values));
  }

  static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
