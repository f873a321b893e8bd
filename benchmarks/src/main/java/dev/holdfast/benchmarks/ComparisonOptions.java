package dev.holdfast.benchmarks;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which peers, how often, and where the report goes. */
final class ComparisonOptions {
  /** Systems beside ours. */
  enum PeerName {
    ETCD,
    DYNAMODB_LOCAL
  }

  @Option(
      names = "--peers",
      split = ",",
      defaultValue = "ETCD,DYNAMODB_LOCAL",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  List<PeerName> peers;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Alternating rounds (default: ${DEFAULT-VALUE}).")
  int roundCount;

  @Option(
      names = "--home",
      defaultValue = "${sys:holdfast.home:-.}",
      description = "The repository, for the peers' files and the results.")
  Path home;

  @Option(
      names = "--report",
      description = "Where to write (default: benchmarks/results/DATE-COMMAND.md below --home).")
  @Nullable Path report;

  @Option(names = "--note", description = "A remark for the head of the report.")
  @Nullable String note;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  ComparisonOptions() {}
}
