package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.load.ItemChoice;
import dev.holdfast.benchmarks.load.LoadRun;
import dev.holdfast.benchmarks.load.Operation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that all loads share. */
final class LoadOptions {
  @Option(
      names = "--operations",
      split = ",",
      description = "Workloads: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  List<Operation> operations;

  @Option(
      names = "--outstanding",
      split = ",",
      description = "Operations in flight, one run for each (default: ${DEFAULT-VALUE}).")
  List<Integer> outstanding;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Measured time of each run (default: ${DEFAULT-VALUE}).")
  int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "180",
      description =
          "Seconds after which measuring begins even if the rate still rises (default:"
              + " ${DEFAULT-VALUE}).")
  int warmUpSeconds;

  @Option(
      names = "--warm-up-again",
      description =
          "Seconds of it for a system whose rate of the operation has settled before (default:"
              + " ${DEFAULT-VALUE}; null: as the first time).")
  @Nullable Integer warmUpAgainSeconds;

  @Option(
      names = "--items",
      defaultValue = "100000",
      description = "Items of about 300 bytes, chosen uniformly (default: ${DEFAULT-VALUE}).")
  long itemCount;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the choice of items (default: ${DEFAULT-VALUE}).")
  long seed;

  /** Single items at growing loads. */
  LoadOptions() {
    this(
        List.of(Operation.PUT, Operation.STRONG_GET, Operation.EVENTUAL_GET),
        List.of(1, 16, 64, 256),
        null);
  }

  /**
   * @param operations and the others: those of a command line that names none
   */
  LoadOptions(
      List<Operation> operations, List<Integer> outstanding, @Nullable Integer warmUpAgainSeconds) {
    this.operations = operations;
    this.outstanding = outstanding;
    this.warmUpAgainSeconds = warmUpAgainSeconds;
  }

  int outstandingMax() {
    return outstanding.stream().mapToInt(Integer::intValue).max().orElse(1);
  }

  /** How many places the operations touch. */
  int placeCount() {
    return operations.stream().mapToInt(Operation::placeCount).max().orElse(1);
  }

  /**
   * @param settled whether the system's rate of the operation has settled before
   */
  LoadRun.Plan plan(Operation operation, int load, boolean settled) {
    Integer again = warmUpAgainSeconds;
    int warmUp = settled && again != null ? again : warmUpSeconds;
    return new LoadRun.Plan(
        operation,
        load,
        new ItemChoice.Uniform(itemCount),
        Duration.ofSeconds(warmUp),
        Duration.ofSeconds(seconds),
        seed);
  }
}
