package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.load.LoadRun;
import dev.holdfast.benchmarks.load.Operation;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that all loads share. */
final class LoadOptions {
  @Option(
      names = "--operations",
      split = ",",
      defaultValue = "PUT,STRONG_GET,EVENTUAL_GET",
      description = "Workloads: ${COMPLETION-CANDIDATES} (default: all).")
  List<Operation> operations;

  @Option(
      names = "--outstanding",
      split = ",",
      defaultValue = "1,16,64,256",
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
      names = "--items",
      defaultValue = "100000",
      description = "Items of about 300 bytes, chosen uniformly (default: ${DEFAULT-VALUE}).")
  long itemCount;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the choice of items (default: ${DEFAULT-VALUE}).")
  long seed;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  LoadOptions() {}

  int outstandingMax() {
    return outstanding.stream().mapToInt(Integer::intValue).max().orElse(1);
  }

  LoadRun.Plan plan(Operation operation, int load) {
    return new LoadRun.Plan(
        operation,
        load,
        itemCount,
        Duration.ofSeconds(warmUpSeconds),
        Duration.ofSeconds(seconds),
        seed);
  }
}
