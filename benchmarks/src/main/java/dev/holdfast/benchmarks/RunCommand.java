package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.peer.HoldfastCluster;
import dev.holdfast.benchmarks.report.Cell;
import dev.holdfast.benchmarks.report.MarkdownReport;
import dev.holdfast.benchmarks.report.Surroundings;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Loads a running cluster and prints what came of it. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Loads a running cluster; writes tables named 'bench...' in it.")
final class RunCommand implements Callable<Integer> {
  @Mixin private final LoadOptions load = new LoadOptions();
  @Mixin private final ClusterOptions cluster = new ClusterOptions(Protocol.NATIVE);
  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "Measurements of each kind (default: ${DEFAULT-VALUE}).")
  private int roundCount;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  RunCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    HoldfastCluster running = HoldfastCluster.in(cluster.data);
    try (Experiment experiment = new Experiment(load, out)) {
      cluster.protocols.forEach(protocol -> experiment.add(protocol.of(running)));
      List<Cell> cells = experiment.run(roundCount);
      out.println();
      out.print(
          new MarkdownReport(cells)
              .text(
                  "Holdfast under load",
                  Surroundings.facts(),
                  CompareCommand.RATIOS,
                  TransactionGoals.all()));
      out.flush();
    }
    return 0;
  }
}
