package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.peer.DynamoDbLocal;
import dev.holdfast.benchmarks.peer.EtcdCluster;
import dev.holdfast.benchmarks.peer.HoldfastCluster;
import dev.holdfast.benchmarks.peer.Peer;
import dev.holdfast.benchmarks.report.Cell;
import dev.holdfast.benchmarks.report.MarkdownReport;
import dev.holdfast.benchmarks.report.Ratio;
import dev.holdfast.benchmarks.report.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a running cluster and its peers beside it, and writes a dated report. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Measures a running cluster beside its peers: etcd (three nodes; needs 'etcd' on the PATH)",
      "and DynamoDB Local (in memory; fetched by Maven at first). Writes a dated report."
    })
final class CompareCommand implements Callable<Integer> {
  static final String NATIVE = "Holdfast native";
  static final String HTTP = "Holdfast HTTP";
  static final String HTTP_FORWARDED = "Holdfast HTTP, forwarded";
  static final String HTTP_ALL = "Holdfast HTTP, all nodes";

  static final List<Ratio> RATIOS =
      List.of(
          rate("Holdfast native / etcd", NATIVE, "etcd"),
          rate("Holdfast HTTP / DynamoDB Local", HTTP, "DynamoDB Local"),
          rate("Holdfast HTTP, forwarded / DynamoDB Local", HTTP_FORWARDED, "DynamoDB Local"),
          rate("Holdfast HTTP, all nodes / DynamoDB Local", HTTP_ALL, "DynamoDB Local"),
          new Ratio(
              "server CPU per operation, Holdfast HTTP / native",
              HTTP,
              NATIVE,
              Ratio.Value.SERVER_CPU_PER_OPERATION),
          new Ratio(
              "server CPU per operation, Holdfast HTTP / DynamoDB Local",
              HTTP,
              "DynamoDB Local",
              Ratio.Value.SERVER_CPU_PER_OPERATION));

  /** Systems beside ours. */
  enum PeerName {
    ETCD,
    DYNAMODB_LOCAL
  }

  @Mixin private LoadOptions load;
  @Mixin private final ClusterOptions cluster = new ClusterOptions(Protocol.NATIVE, Protocol.HTTP);
  @Spec private CommandSpec spec;

  @Option(
      names = "--peers",
      split = ",",
      defaultValue = "ETCD,DYNAMODB_LOCAL",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private List<PeerName> peers;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Alternating rounds (default: ${DEFAULT-VALUE}).")
  private int roundCount;

  @Option(
      names = "--home",
      defaultValue = "${sys:holdfast.home:-.}",
      description = "The repository, for the peers' files and the results.")
  private Path home;

  @Option(
      names = "--report",
      description = "Where to write (default: benchmarks/results/DATE-compare.md below --home).")
  private Path report;

  @Option(names = "--note", description = "A remark for the head of the report.")
  private String note;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  CompareCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    LocalDateTime began = LocalDateTime.now(Clock.systemUTC());
    HoldfastCluster running = HoldfastCluster.in(cluster.data);
    Path directory =
        Files.createTempDirectory(
            Files.createDirectories(home.resolve("benchmarks/target")), "peers-");
    Deque<Peer> started = new ArrayDeque<>();
    try (Experiment experiment = new Experiment(load, out)) {
      for (PeerName name : peers) {
        started.push(start(name, directory));
      }
      cluster.protocols.forEach(protocol -> experiment.add(protocol.of(running)));
      started.descendingIterator().forEachRemaining(experiment::add);
      write(out, began, experiment.run(roundCount));
    } finally {
      started.forEach(Peer::close);
      delete(directory);
    }
    return 0;
  }

  private Peer start(PeerName name, Path directory) {
    return switch (name) {
      case ETCD -> new EtcdCluster(directory);
      case DYNAMODB_LOCAL -> new DynamoDbLocal(home, directory);
    };
  }

  private void write(PrintWriter out, LocalDateTime began, List<Cell> cells) throws IOException {
    List<String> facts = new ArrayList<>();
    facts.add("began: " + began.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")) + " UTC");
    facts.add("command: `./holdfast bench " + command() + "`");
    facts.addAll(Surroundings.facts());
    facts.add("items of about 300 bytes: " + load.itemCount + ", chosen uniformly");
    facts.add("Holdfast and etcd: three processes, fsync on; DynamoDB Local: one, in memory");
    if (note != null) {
      facts.add("note: " + note);
    }
    String text = new MarkdownReport(cells).text("Holdfast beside its peers", facts, RATIOS);
    Path file = report != null ? report : defaultReport(began);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text);
    out.println();
    out.print(text.substring(0, text.indexOf("## Every round")));
    out.println("written to " + file);
    out.flush();
  }

  private Path defaultReport(LocalDateTime began) {
    String date = began.format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm"));
    return home.resolve("benchmarks/results").resolve(date + "-compare.md");
  }

  private String command() {
    return String.join(" ", spec.commandLine().getParent().getParseResult().originalArgs());
  }

  private static Ratio rate(String title, String numerator, String denominator) {
    return new Ratio(title, numerator, denominator, Ratio.Value.OPERATIONS_PER_SECOND);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
