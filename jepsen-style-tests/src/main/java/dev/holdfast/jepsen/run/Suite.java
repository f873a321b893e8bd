package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.nemesis.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Many runs, one after the other: each workload in turn, each time with other faults and another
 * seed. What has been run is in a file of its directory, a line a run, so that a suite that was
 * stopped goes on; histories are kept of what was not valid.
 */
public final class Suite {
  private static final String RUNS = "runs.tsv";
  private static final String REPORT = "report.md";

  /** As many as have no divisor in common with the workloads: each meets each in time. */
  private static final List<String> GROUPS =
      List.of(
          "mixed",
          "network",
          "kills",
          "pauses",
          "network",
          "steering",
          "storage",
          "network",
          "membership",
          "clocks",
          "kills");

  private static final List<RunOptions.Api> APIS = List.of(RunOptions.Api.values());
  private static final int CLIENTS = 24;
  private static final int NODES = 3;

  /**
   * What runs are like.
   *
   * @param run how long each is
   * @param faultsMax kinds of faults in one run, at most
   * @param hours how long the suite goes on by default
   */
  public record Plan(String name, Duration run, int faultsMax, double hours) {}

  private final Plan plan;
  private final Path directory;
  private final long seed;
  private final Consumer<String> progress;

  /**
   * @param seed of which those of the runs are made
   */
  public Suite(Plan plan, Path directory, long seed, Consumer<String> progress) {
    this.plan = plan;
    this.directory = directory;
    this.seed = seed;
    this.progress = progress;
  }

  public static Optional<Plan> named(String name) {
    return switch (name) {
      case "short" -> Optional.of(new Plan(name, Duration.ofSeconds(15), 3, 0.1));
      case "nightly" -> Optional.of(new Plan(name, Duration.ofSeconds(150), 10, 4));
      default -> Optional.empty();
    };
  }

  /**
   * Returns the worst exit code of all runs, those before it was stopped as well: an anomaly before
   * a failure of a run, and that before an unknown verdict.
   */
  public int run(Duration length) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    List<SuiteLine> lines = new ArrayList<>(done());
    progress.accept(plan.name() + " in " + directory + ", " + lines.size() + " runs done before");
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() - end < 0) {
      RunOptions options = options(lines.size());
      Report report = new Run(options, line -> {}).report();
      SuiteLine line = SuiteLine.of(lines.size(), report);
      if (report.exitCode() == Report.VALID) {
        delete(options.directory());
      } else {
        Keeping.keep(report);
      }
      lines.add(line);
      Files.writeString(
          directory.resolve(RUNS),
          line.text() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      progress.accept(line.text() + firstLine(report));
      Files.writeString(directory.resolve(REPORT), SuiteReport.markdown(plan, seed, lines));
    }
    progress.accept(SuiteReport.markdown(plan, seed, lines));
    return lines.stream()
        .map(SuiteLine::exitCode)
        .min(Comparator.comparingInt(Suite::severity))
        .orElse(Report.FAILED);
  }

  private static int severity(int exitCode) {
    return List.of(Report.ANOMALY, Report.FAILED, Report.UNKNOWN, Report.VALID).indexOf(exitCode);
  }

  private static String firstLine(Report report) {
    String problem = report.problem() == null ? "" : " " + report.problem();
    return problem + " " + report.verdict().explanation().lines().findFirst().orElse("");
  }

  private List<SuiteLine> done() throws IOException {
    Path file = directory.resolve(RUNS);
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = Files.readString(file);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1); // the last may be torn
    if (whole.length() < text.length()) {
      Files.writeString(file, whole);
    }
    return whole.lines().map(SuiteLine::parse).toList();
  }

  /** Of one run; always the same for its number and the seed of the suite. */
  private RunOptions options(int number) {
    Random random = new Random(seed * 31 + number);
    List<Experiment<?>> all = Experiments.all();
    int round = number / all.size();
    Experiment<?> experiment = all.get(number % all.size());
    return new RunOptions(
        experiment,
        api(experiment, number + round),
        some(FaultGroups.named(List.of(GROUPS.get(number % GROUPS.size())), NODES), random),
        plan.run(),
        random.nextLong(),
        NODES,
        1 + random.nextInt(3),
        CLIENTS,
        directory.resolve("run-" + number));
  }

  /** What the DynamoDB API has no level for is not tested through it alone. */
  private static RunOptions.Api api(Experiment<?> experiment, int turn) {
    RunOptions.Api api = APIS.get(turn % APIS.size());
    boolean isNative = List.of("session", "staleness").contains(experiment.name());
    return isNative && api == RunOptions.Api.HTTP ? RunOptions.Api.NATIVE : api;
  }

  private List<Fault.Kind> some(List<Fault.Kind> kinds, Random random) {
    List<Fault.Kind> some = new ArrayList<>(kinds);
    Collections.shuffle(some, random);
    return some.subList(0, Math.min(plan.faultsMax(), some.size()));
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
