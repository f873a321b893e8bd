package dev.holdfast.node.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The {@code --data} option that local commands share. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "./data",
      description = "The cluster's data directory (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Path directory;

  ClusterDirectory directory() {
    return new ClusterDirectory(directory.toAbsolutePath().normalize());
  }
}
