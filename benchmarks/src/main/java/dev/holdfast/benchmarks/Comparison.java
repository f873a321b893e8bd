package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.ComparisonOptions.PeerName;
import dev.holdfast.benchmarks.peer.DynamoDbLocal;
import dev.holdfast.benchmarks.peer.EtcdCluster;
import dev.holdfast.benchmarks.peer.HoldfastCluster;
import dev.holdfast.benchmarks.peer.Peer;
import dev.holdfast.benchmarks.report.Cell;
import dev.holdfast.benchmarks.report.MarkdownReport;
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
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** Starts peers beside a running cluster, measures them all in turn, and writes a dated report. */
final class Comparison {
  private final LoadOptions load;
  private final ClusterOptions cluster;
  private final ComparisonOptions options;
  private final CommandSpec spec;
  private final PrintWriter out;
  private final LocalDateTime began = LocalDateTime.now(Clock.systemUTC());

  Comparison(
      LoadOptions load, ClusterOptions cluster, ComparisonOptions options, CommandSpec spec) {
    this.load = load;
    this.cluster = cluster;
    this.options = options;
    this.spec = spec;
    out = spec.commandLine().getOut();
  }

  /** Blocks until all is measured and the report is written. */
  void run(String title) throws IOException {
    HoldfastCluster running = HoldfastCluster.in(cluster.data);
    Path directory =
        Files.createTempDirectory(
            Files.createDirectories(options.home.resolve("benchmarks/target")), "peers-");
    Deque<Peer> started = new ArrayDeque<>();
    try (Experiment experiment = new Experiment(load, out)) {
      String places = running.whereTablesLie(load.placeCount()); // fails early when it cannot be
      for (PeerName name : options.peers) {
        started.push(start(name, directory));
      }
      cluster.protocols.forEach(protocol -> experiment.add(protocol.of(running)));
      started.descendingIterator().forEachRemaining(experiment::add);
      List<Cell> cells = experiment.run(options.roundCount);
      write(title, facts(places, running.whereTablesLie(load.placeCount())), cells);
    } finally {
      started.forEach(Peer::close);
      delete(directory);
    }
  }

  private Peer start(PeerName name, Path directory) {
    return switch (name) {
      case ETCD -> new EtcdCluster(directory);
      case DYNAMODB_LOCAL -> new DynamoDbLocal(options.home, directory);
    };
  }

  private List<String> facts(String placesBefore, String placesAfter) {
    List<String> facts = new ArrayList<>();
    facts.add("began: " + began.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")) + " UTC");
    facts.add("command: `./holdfast bench " + command() + "`");
    facts.addAll(Surroundings.facts());
    facts.add("items of about 300 bytes: " + load.itemCount + ", chosen uniformly");
    facts.add("Holdfast and etcd: three processes, fsync on; DynamoDB Local: one, in memory");
    facts.add(
        "Holdfast's tables: "
            + placesBefore
            + (placesAfter.equals(placesBefore) ? "" : "; at the end: " + placesAfter));
    if (options.note != null) {
      facts.add("note: " + options.note);
    }
    return facts;
  }

  private void write(String title, List<String> facts, List<Cell> cells) throws IOException {
    String text =
        new MarkdownReport(cells).text(title, facts, CompareCommand.RATIOS, TransactionGoals.all());
    Path file = options.report != null ? options.report : defaultReport();
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text);
    out.println();
    out.print(text.substring(0, text.indexOf("## Every round")));
    out.println("written to " + file);
    out.flush();
  }

  private Path defaultReport() {
    String date = began.format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm"));
    return options.home.resolve("benchmarks/results").resolve(date + "-" + spec.name() + ".md");
  }

  private String command() {
    return String.join(" ", spec.commandLine().getParent().getParseResult().originalArgs());
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
