package dev.holdfast.benchmarks;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which running cluster. */
final class ClusterOptions {
  @Option(
      names = "--data",
      defaultValue = "./data",
      description = "Directory of a cluster that 'up' started here (default: ${DEFAULT-VALUE}).")
  Path data;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  ClusterOptions() {}
}
