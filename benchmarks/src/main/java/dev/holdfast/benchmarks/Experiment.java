package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.load.LoadRun;
import dev.holdfast.benchmarks.load.Measurement;
import dev.holdfast.benchmarks.load.Operation;
import dev.holdfast.benchmarks.load.Preload;
import dev.holdfast.benchmarks.load.Target;
import dev.holdfast.benchmarks.peer.Peer;
import dev.holdfast.benchmarks.report.Cell;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Measures several systems in turn. All servers stay up, one at a time is loaded, and the order is
 * turned round in every second round, so that a slow spell of the machine does not hit one system
 * only.
 */
final class Experiment implements AutoCloseable {
  /** A system with its driver. */
  private record Subject(Peer peer, Target target) {}

  /** What a system has been at long enough for its rate to settle. */
  private record Settled(String system, Operation operation) {}

  private final List<Subject> subjects = new ArrayList<>();
  private final Set<Settled> settled = new HashSet<>();
  private final LoadOptions options;
  private final PrintWriter progress;

  Experiment(LoadOptions options, PrintWriter progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Connects to the system and loads its items; blocks. */
  void add(Peer peer) {
    int lanes = options.outstandingMax();
    Target target = peer.target(lanes);
    subjects.add(new Subject(peer, target));
    progress.printf("%s: loading %,d items%n", target.name(), options.itemCount);
    progress.flush();
    target.prepare(options.placeCount());
    Preload.run(target, options.placeCount(), options.itemCount, Math.min(lanes, 64));
  }

  /** Runs every operation at every load on every system that has it, {@code roundCount} times. */
  List<Cell> run(int roundCount) {
    List<Cell> cells = new ArrayList<>();
    for (Operation operation : options.operations) {
      for (int load : options.outstanding) {
        for (int round = 1; round <= roundCount; round++) {
          for (Subject subject : inOrderOf(round)) {
            if (subject.target().supports(operation)) {
              cells.add(measure(subject, operation, load, round));
            }
          }
        }
      }
    }
    return cells;
  }

  @Override
  public void close() {
    subjects.forEach(subject -> subject.target().close());
  }

  private List<Subject> inOrderOf(int round) {
    List<Subject> order = new ArrayList<>(subjects);
    if (round % 2 == 0) {
      java.util.Collections.reverse(order);
    }
    return order;
  }

  private Cell measure(Subject subject, Operation operation, int load, int round) {
    subject.target().refresh(); // it was idle while the others ran
    Settled known = new Settled(subject.target().name(), operation);
    boolean again = settled.contains(known) && options.warmUpAgainSeconds != null;
    LoadRun.Plan plan = options.plan(operation, load, again);
    LoadRun run = new LoadRun(subject.target(), plan, subject.peer().processes());
    Measurement measured = run.measure();
    Measurement measurement = again ? measured.ofSettledSystem() : measured;
    if (measurement.steady()) {
      settled.add(known);
    }
    progress.printf(
        Locale.ROOT,
        "%-16s %-29s %4d outstanding, round %d: %,9.0f ops/s, p50 %.2f ms, p99 %.2f ms,"
            + " server CPU %.0f us/op%s%n",
        subject.target().name(),
        operation.title(),
        load,
        round,
        measurement.operationsPerSecond(),
        measurement.latencyMillis(50),
        measurement.latencyMillis(99),
        measurement.serverCpuMicrosPerOperation(),
        failures(measurement, run));
    progress.flush();
    return new Cell(subject.target().name(), operation, load, round, measurement);
  }

  private static String failures(Measurement measurement, LoadRun run) {
    String conflicts =
        measurement.conflictCount() == 0 ? "" : ", " + measurement.conflictCount() + " conflicts";
    return measurement.errorCount() == 0
        ? conflicts
        : conflicts + ", " + measurement.errorCount() + " errors, the last: " + run.lastError();
  }
}
