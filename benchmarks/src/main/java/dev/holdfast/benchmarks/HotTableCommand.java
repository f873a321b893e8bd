package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.driver.NativeTarget;
import dev.holdfast.benchmarks.load.ItemChoice;
import dev.holdfast.benchmarks.load.LoadRun;
import dev.holdfast.benchmarks.load.Measurement;
import dev.holdfast.benchmarks.load.Operation;
import dev.holdfast.benchmarks.load.Preload;
import dev.holdfast.benchmarks.load.Target;
import dev.holdfast.benchmarks.peer.HoldfastCluster;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What splitting a hot table brings on this machine, and how evenly the leaders are loaded. */
@Command(
    name = "hot-table",
    mixinStandardHelpOptions = true,
    description = {
      "Loads tables of a running cluster with a Zipf distribution, each table begun with another",
      "number of partitions, and prints throughput and the loads of the leaders. Whether the",
      "cluster may split them further meanwhile is for its configuration to say",
      "(split.units.per.second, balance)."
    })
final class HotTableCommand implements Callable<Integer> {
  private static final double EXPONENT = 0.99;

  @Mixin private final ClusterOptions cluster = new ClusterOptions(Protocol.NATIVE);
  @Spec private CommandSpec spec;

  @Option(
      names = "--partitions",
      split = ",",
      defaultValue = "1,2,4,8",
      description = "Powers of two, one table for each (default: ${DEFAULT-VALUE}).")
  private List<Integer> partitions;

  @Option(
      names = "--operation",
      defaultValue = "PUT",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Operation operation;

  @Option(
      names = "--outstanding",
      defaultValue = "64",
      description = "Operations in flight (default: ${DEFAULT-VALUE}).")
  private int outstanding;

  @Option(
      names = "--items",
      defaultValue = "100000",
      description = "Items of about 300 bytes in each table (default: ${DEFAULT-VALUE}).")
  private int itemCount;

  @Option(
      names = "--warm-up",
      defaultValue = "75",
      description = "Seconds before each is measured, to move leaders in (default: 75).")
  private int warmUpSeconds;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Measured time of each round (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Times that all tables are loaded in turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  HotTableCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    HoldfastCluster running = HoldfastCluster.in(cluster.data);
    ItemChoice choice = new ItemChoice.Zipf(itemCount, EXPONENT);
    out.printf(
        "%-10s  %s%n",
        "TABLE", "ROUND  PARTITIONS      OPS/S  P50 MS  P99 MS  ERRORS  CPU US/OP  LEADERS' LOADS");
    for (int round = 1; round <= rounds; round++) {
      for (int count : partitions) {
        measure(running, choice, count, round, out);
      }
    }
    return 0;
  }

  private void measure(
      HoldfastCluster running, ItemChoice choice, int count, int round, PrintWriter out) {
    String name = "hot-" + count;
    running.makeTable(name, count);
    try (Target target = new NativeTarget(name, running.rpcAddresses(), places -> List.of(name))) {
      target.prepare(1);
      if (round == 1) {
        Preload.run(target, 1, itemCount, Math.min(outstanding, 64));
      }
      LoadRun.Plan plan =
          new LoadRun.Plan(
              operation,
              outstanding,
              choice,
              Duration.ofSeconds(warmUpSeconds),
              Duration.ofSeconds(seconds),
              round);
      Measurement measured = new LoadRun(target, plan, running.processes()).measure();
      out.printf(
          Locale.ROOT,
          "%-10s  %5d  %10d  %9.0f  %6.2f  %6.1f  %6d  %9.0f  %s%n",
          name,
          round,
          running.partitionCount(),
          measured.operationsPerSecond(),
          measured.latencyMillis(50),
          measured.latencyMillis(99),
          measured.errorCount(),
          measured.serverCpuMicrosPerOperation(),
          loads(running.leaderLoads()));
      out.flush();
    }
  }

  /** In percent of their sum. */
  private static String loads(List<Double> loads) {
    double sum = loads.stream().mapToDouble(Double::doubleValue).sum();
    return loads.stream()
        .map(load -> String.format(Locale.ROOT, "%.0f %%", 100 * load / Math.max(1, sum)))
        .collect(Collectors.joining(" / "));
  }
}
