package dev.holdfast.jepsen;

import dev.holdfast.jepsen.cluster.Build;
import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.run.Experiment;
import dev.holdfast.jepsen.run.Experiments;
import dev.holdfast.jepsen.run.FaultGroups;
import dev.holdfast.jepsen.run.Keeping;
import dev.holdfast.jepsen.run.Report;
import dev.holdfast.jepsen.run.Run;
import dev.holdfast.jepsen.run.RunOptions;
import dev.holdfast.jepsen.run.Suite;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./holdfast jepsen}: one correctness run on a cluster of its own, or many. */
@Command(
    name = "jepsen",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts a cluster of its own, uses it, breaks it, and judges what its clients saw.",
    footer = {
      "",
      "Exit codes: 0 valid, 1 anomaly, 2 unknown (a search was cut short), 3 the test failed.",
      "Workloads, faults and groups of them: './holdfast jepsen list'."
    },
    subcommands = {CheckCommand.class, ListCommand.class, PlantedCommand.class})
public final class Jepsen implements Callable<Integer> {
  private static final int CLIENTS_MAX = 64;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli, as all below
  private CommandSpec spec;

  @Option(names = "--workload", paramLabel = "W", description = "What clients do and who judges.")
  private @Nullable String workload;

  @Option(
      names = "--nemesis",
      paramLabel = "N",
      split = ",",
      description = "Faults and groups of them, or none; default ${DEFAULT-VALUE}.")
  private List<String> nemesis = List.of("mixed");

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long; each fault happens at least once. Default ${DEFAULT-VALUE}.")
  private int seconds = 60;

  @Option(
      names = "--seed",
      paramLabel = "X",
      description = "Repeats the random choices of another run; default: a new one.")
  private @Nullable Long seed;

  @Option(
      names = "--api",
      paramLabel = "A",
      description = "native, http or both; default ${DEFAULT-VALUE}.")
  private RunOptions.Api api = RunOptions.Api.BOTH;

  @Option(names = "--nodes", description = "Default ${DEFAULT-VALUE}.")
  private int nodes = 3;

  @Option(names = "--partitions", description = "At first; default ${DEFAULT-VALUE}.")
  private int partitions = 2;

  @Option(names = "--clients", description = "Default ${DEFAULT-VALUE}.")
  private int clients = 8;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where history and report go; default jepsen-runs/<workload>-<seed>.")
  private @Nullable Path out;

  @Option(
      names = "--other-build",
      paramLabel = "JAR",
      description = "The server's jar of another build, its libraries in lib beside it.")
  private @Nullable Path otherBuild;

  @Option(
      names = "--links",
      paramLabel = "L",
      description = {
        "What breaks links between nodes: proxies, or namespaces, which lose packets as a network",
        "does, take root, and can only cut; default ${DEFAULT-VALUE}."
      })
  private RunOptions.Links links = RunOptions.Links.PROXIES;

  @Option(
      names = "--suite",
      paramLabel = "NAME",
      description = "Many runs, one after the other: short or nightly; goes on where it stopped.")
  private @Nullable String suite;

  @Option(
      names = "--hours",
      paramLabel = "H",
      description = "How long a suite goes on; default: short 0.1, nightly 4.")
  private @Nullable Double hours;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  Jepsen() {}

  public static void main(String[] arguments) {
    int exitCode = Report.FAILED;
    try {
      exitCode = execute(arguments);
    } finally {
      System.exit(
          exitCode); // also after an error, which the JVM would end with the code of an anomaly
    }
  }

  /** Returns the exit code. */
  static int execute(String... arguments) {
    CommandLine line = new CommandLine(new Jepsen());
    line.setCommandName("holdfast jepsen");
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(
        (failure, parsed) -> {
          failure.getCommandLine().getErr().println("jepsen: " + failure.getMessage());
          return Report.FAILED;
        });
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println("jepsen: " + failure.getMessage());
          return Report.FAILED;
        });
    return line.execute(arguments);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter console = spec.commandLine().getOut();
    if (suite != null) {
      return suite(suite, console);
    }
    Experiment<?> experiment = experiment();
    require(seconds > 0, "--seconds must be more than 0");
    require(nodes >= 1 && nodes <= 9 && nodes % 2 == 1, "--nodes must be 1, 3, 5, 7 or 9");
    require(partitions >= 1 && partitions <= 64, "--partitions must be between 1 and 64");
    require(clients >= 2 && clients <= CLIENTS_MAX, "--clients must be between 2 and 64");
    List<Fault.Kind> faults = faults();
    requireLinksFor(faults);
    long chosen = seed == null ? System.nanoTime() : seed;
    Path directory = out == null ? Path.of("jepsen-runs", experiment.name() + "-" + chosen) : out;
    console.printf(
        "%s, seed %d, %d s, faults %s%n",
        experiment.name(), chosen, seconds, faults.stream().map(Fault.Kind::text).toList());
    Report report =
        new Run(
                new RunOptions(
                    experiment,
                    api,
                    faults,
                    Duration.ofSeconds(seconds),
                    chosen,
                    nodes,
                    partitions,
                    clients,
                    directory,
                    otherBuild(faults),
                    links),
                line -> say(console, line))
            .report();
    Keeping.keep(report);
    say(console, report.inWords() + "kept in    " + directory.toAbsolutePath());
    return report.exitCode();
  }

  private static void say(PrintWriter console, String line) {
    console.println(line);
    console.flush();
  }

  private Experiment<?> experiment() {
    if (workload == null) {
      throw new ParameterException(
          spec.commandLine(), "say what to run: --workload W or --suite NAME; see --help");
    }
    String name = workload;
    return Experiments.named(name)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "no workload '"
                        + name
                        + "'; there are "
                        + Experiments.all().stream().map(Experiment::name).toList()));
  }

  private @Nullable Build otherBuild(List<Fault.Kind> faults) {
    Build build = otherBuild == null ? null : new Build(otherBuild.toAbsolutePath());
    require(
        build == null || build.isComplete(),
        "--other-build: no jar of a server with its libraries in lib beside it");
    require(
        build != null || faults.stream().noneMatch(Fault.Kind::needsOtherBuild),
        "rolling-upgrade needs --other-build JAR");
    return build;
  }

  private void requireLinksFor(List<Fault.Kind> faults) {
    List<String> others =
        faults.stream().filter(Fault.Kind::needsProxies).map(Fault.Kind::text).toList();
    require(
        links == RunOptions.Links.PROXIES || others.isEmpty(),
        "--links namespaces can only cut links, see the group cuts; proxies take: " + others);
  }

  private List<Fault.Kind> faults() {
    try {
      return FaultGroups.named(nemesis, nodes);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private int suite(String name, PrintWriter console) throws IOException, InterruptedException {
    require(workload == null, "--suite runs all workloads; leave --workload out");
    require(links == RunOptions.Links.PROXIES, "--suite goes through proxies; leave --links out");
    Suite.Plan plan =
        Suite.named(name)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(), "no suite '" + name + "'; there are short, nightly"));
    Path directory = out == null ? Path.of("jepsen-runs", name) : out;
    double length = hours == null ? plan.hours() : hours;
    require(length > 0, "--hours must be more than 0");
    return new Suite(plan, directory, seed == null ? 1 : seed, line -> say(console, line))
        .run(Duration.ofSeconds(Math.round(length * Duration.ofHours(1).toSeconds())));
  }
}
