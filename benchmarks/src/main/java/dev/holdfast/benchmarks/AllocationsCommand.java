package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.load.AllocationProfile;
import dev.holdfast.benchmarks.load.AllocationProfile.ClassBytes;
import dev.holdfast.benchmarks.load.LoadRun;
import dev.holdfast.benchmarks.load.Measurement;
import dev.holdfast.benchmarks.load.Operation;
import dev.holdfast.benchmarks.load.Preload;
import dev.holdfast.benchmarks.load.Target;
import dev.holdfast.benchmarks.peer.HoldfastCluster;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what the node that leads allocates for one operation. */
@Command(
    name = "allocations",
    mixinStandardHelpOptions = true,
    description = {
      "Loads a running cluster and prints, by class, the bytes that the node which leads allocates",
      "for one operation, as its own flight recorder samples them (needs a JDK, for jcmd)."
    })
final class AllocationsCommand implements Callable<Integer> {
  /** Values as trees of objects: what a plain put or get must not make (design section 5). */
  private static final List<String> TREES =
      List.of("dev.holdfast.protocol.model.AttributeValue", "dev.holdfast.client.Document");

  @Mixin private final LoadOptions load = new LoadOptions();
  @Mixin private final ClusterOptions cluster = new ClusterOptions(Protocol.NATIVE, Protocol.HTTP);
  @Spec private CommandSpec spec;

  @Option(
      names = "--top",
      defaultValue = "12",
      description = "Classes to print (default: ${DEFAULT-VALUE}).")
  private int classCount;

  private final Clock clock = Clock.systemUTC();

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  AllocationsCommand() {}

  @Override
  public Integer call() {
    HoldfastCluster running = HoldfastCluster.in(cluster.data);
    int lanes = load.outstandingMax();
    for (Protocol protocol : cluster.protocols) {
      try (Target target = protocol.of(running).target(lanes)) {
        target.prepare(load.placeCount());
        Preload.run(target, load.placeCount(), load.itemCount, Math.min(lanes, 64));
        for (Operation operation : load.operations) {
          profile(running, target, operation);
        }
      }
    }
    return 0;
  }

  private void profile(HoldfastCluster running, Target target, Operation operation) {
    target.refresh();
    LoadRun run =
        new LoadRun(
            target, load.plan(operation, load.outstandingMax(), false), running.processes());
    try (AllocationProfile profile = AllocationProfile.start(running.leaderPid())) {
      Measurement measured = run.measure();
      Instant end = clock.instant(); // the measured stretch was the last one, but for stragglers
      List<ClassBytes> classes = profile.stop(end.minus(measured.took()), end);
      print(target, operation, measured.latencyNanos().getTotalCount(), classes);
    }
  }

  private void print(
      Target target, Operation operation, long operationCount, List<ClassBytes> classes) {
    PrintWriter out = spec.commandLine().getOut();
    double operations = Math.max(1, operationCount);
    long total = classes.stream().mapToLong(ClassBytes::bytes).sum();
    long trees =
        classes.stream()
            .filter(each -> TREES.stream().anyMatch(each.className()::startsWith))
            .mapToLong(ClassBytes::bytes)
            .sum();
    out.printf(
        Locale.ROOT,
        "%n%s, %s: %,.0f bytes for one operation (%,d operations), object trees %,.1f bytes%n%n",
        target.name(),
        operation.title(),
        total / operations,
        operationCount,
        trees / operations);
    out.println("| bytes | class |");
    out.println("|---|---|");
    classes.stream()
        .limit(classCount)
        .forEach(
            each ->
                out.printf(
                    Locale.ROOT,
                    "| %,.0f | `%s` |%n",
                    each.bytes() / operations,
                    each.className()));
    out.flush();
  }
}
