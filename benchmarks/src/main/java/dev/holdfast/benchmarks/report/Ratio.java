package dev.holdfast.benchmarks.report;

/**
 * A ratio of two systems that a report prints for every operation and load they share.
 *
 * @param value of one measurement; the ratio is of the medians over the rounds
 */
public record Ratio(String title, String numerator, String denominator, Value value) {
  /** What is compared. */
  public enum Value {
    OPERATIONS_PER_SECOND,
    MEDIAN_LATENCY,
    SERVER_CPU_PER_OPERATION;

    double of(Cell cell) {
      return switch (this) {
        case OPERATIONS_PER_SECOND -> cell.measurement().operationsPerSecond();
        case MEDIAN_LATENCY -> cell.measurement().latencyMillis(50);
        case SERVER_CPU_PER_OPERATION -> cell.measurement().serverCpuMicrosPerOperation();
      };
    }
  }
}
