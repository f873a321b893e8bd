package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.checker.ChainOrder.Contradiction;
import dev.holdfast.jepsen.checker.Cycle.Values;
import dev.holdfast.jepsen.checker.DependencyGraph.Edge;
import dev.holdfast.jepsen.checker.Register.LostUpdate;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.RegisterTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds that a history of transactions on registers is not strictly serializable: that there is no
 * order of all that took effect in which each saw what those before it wrote last, and in which a
 * transaction that had ended before another was called comes before it.
 *
 * <p>After Kingsbury and Alvaro (Elle, 2020; rw-register): a register does not tell the order of
 * its versions as a list does, so of that order only what strict serializability implies is used:
 *
 * <ul>
 *   <li>the absence of a value is before all versions;
 *   <li>who saw one version and wrote another put the other directly behind it, so that such chains
 *       are not interrupted;
 *   <li>when somebody who touched a version had ended before somebody who touched another was
 *       called, the version is before the other.
 * </ul>
 *
 * <p>Never a false alarm: what is called INVALID has no such order. The reverse is not true, as the
 * question is NP-complete (Papadimitriou 1979): VALID says that these implications and real time
 * make no cycle. There is no intermediate read (G1b), as a transaction writes a register once.
 *
 * <p>The names of cycles are of the dependencies in them: real time may have told the order of
 * versions also where no step of the cycle is "in real time".
 *
 * <p>Takes n log n for n reads and writes, whatever the number of versions of a register.
 */
public final class RegisterTransactions {
  private final List<RegisterTransaction> history;
  private final RegisterVersions versions;
  private final DependencyGraph graph;
  private final WellKnownForm forms;
  private @Nullable Verdict lostUpdate; // the first
  private @Nullable Verdict contradiction; // the first

  private RegisterTransactions(List<RegisterTransaction> history) {
    this.history = history;
    this.versions = new RegisterVersions(history);
    this.graph = new DependencyGraph(history.size());
    this.forms = new WellKnownForm(history);
  }

  /**
   * Never UNKNOWN. A history in which nothing succeeded is UNTESTED.
   *
   * @throws IllegalArgumentException when a value was written twice to one register
   */
  public static Verdict check(List<RegisterTransaction> history) {
    if (history.stream().noneMatch(transaction -> transaction.outcome() == Outcome.OK)) {
      return Verdict.untested("no transaction succeeded: nothing was tested");
    }
    return new RegisterTransactions(List.copyOf(history)).verdict();
  }

  private Verdict verdict() {
    String violation = versions.violation();
    if (violation != null) {
      return Verdict.invalid(violation);
    }
    versions.registers().forEach(this::order);
    RealTime.order(
        graph, history, i -> history.get(i).outcome() == Outcome.OK, versions::isEffective);
    boolean suspect = lostUpdate != null || contradiction != null || graph.hasCycle();
    return suspect ? worst() : Verdict.valid();
  }

  private Verdict worst() {
    for (Set<Dependency> kinds : DependencyGraph.WORST_FIRST) {
      if (lostUpdate != null && kinds.contains(Dependency.RW)) {
        return lostUpdate;
      }
      if (contradiction != null && kinds.contains(Dependency.REAL_TIME)) {
        return contradiction;
      }
      List<Edge> edges = graph.cycle(kinds);
      if (!edges.isEmpty()) {
        Cycle cycle = new Cycle(edges, history.size(), Values.REPLACED);
        return Verdict.invalid(anomaly(forms.name(cycle), cycle));
      }
    }
    throw new IllegalStateException("a suspect history is one with a cycle");
  }

  private Anomaly anomaly(String name, Cycle cycle) {
    return cycle.anomaly(name, this::describe);
  }

  private String describe(int transaction) {
    return Described.transaction(history.get(transaction));
  }

  /** Adds what is known of one register; where that contradicts itself, what is beyond doubt. */
  private void order(Register register) {
    String key = register.key();
    register.forEachWritten(
        version ->
            version.readers.forEach(
                reader -> graph.add(version.writer, reader, Dependency.WR, key)));
    if (register.lostUpdate() != null) {
      lostUpdate = lostUpdate == null ? inWords(key, register.lostUpdate()) : lostUpdate;
      return;
    }
    if (register.isCyclic()) {
      return; // the reads alone make a cycle
    }
    Chain first = new Chain(register.firstChain(), history);
    List<Chain> later =
        register.laterChains().stream().map(chain -> new Chain(chain, history)).toList();
    orderWithin(key, first);
    later.forEach(chain -> orderWithin(key, chain));
    int begun = ChainOrder.joinTouchers(graph, key, first);
    later.forEach(chain -> graph.add(begun, chain.first().writer, Dependency.WW, key));

    ChainOrder byTime = new ChainOrder(key, later);
    Contradiction found = byTime.contradiction();
    if (found == null) {
      byTime.addTo(graph);
    } else if (contradiction == null) {
      contradiction = inWords(key, found);
    }
  }

  private void orderWithin(String key, Chain chain) {
    for (Version version : chain.versions) {
      if (version.next == null) {
        continue;
      }
      int next = version.next.writer;
      version.readers.forEach(reader -> graph.add(reader, next, Dependency.RW, key));
      if (!version.isInitial()) {
        graph.add(version.writer, next, Dependency.WW, key);
      }
    }
  }

  /** Whichever of the two came first, the other overwrote it without having seen it. */
  private Verdict inWords(String key, LostUpdate update) {
    Edge there = new Edge(update.one(), update.other(), Dependency.RW, key);
    Edge back = new Edge(update.other(), update.one(), Dependency.RW, key);
    Cycle cycle = new Cycle(List.of(there, back), history.size(), Values.REPLACED);
    return Verdict.invalid(anomaly("lost update (G-single)", cycle));
  }

  /**
   * Takes the one order of the two chains for given, that of their writers if these had one, and
   * shows the cycle that the other makes with it.
   */
  private Verdict inWords(String key, Contradiction found) {
    Chain before = found.earlierByWriters();
    Chain after = before == found.one() ? found.other() : found.one();
    boolean byWriters = before.writers.isBefore(after.writers);
    boolean overwrote = after.all.isBefore(before.writers);
    int late = (overwrote ? before.writers : before.all).lastCalled;
    int early = after.all.firstEnded;
    int writer = after.writerFor(early);
    boolean saw = history.get(late).reads().containsKey(key);
    List<Edge> edges = new ArrayList<>();
    edges.add(new Edge(late, writer, saw ? Dependency.RW : Dependency.WW, key));
    if (writer != early) {
      edges.add(new Edge(writer, early, Dependency.WR, key));
    }
    edges.add(new Edge(early, late, Dependency.REAL_TIME, null));

    Cycle cycle = new Cycle(edges, history.size(), Values.REPLACED);
    String name = byWriters ? forms.name(cycle) : "cyclic versions (" + cycle.name() + ")";
    Anomaly anomaly = anomaly(name, cycle);
    String reason =
        "\n  as to the order of %s: %s had ended before the call of %s"
            .formatted(
                key,
                describe((byWriters ? before.writers : before.all).firstEnded),
                describe((byWriters ? after.writers : after.all).lastCalled));
    return new Verdict(Verdict.Kind.INVALID, anomaly.inWords() + reason, anomaly);
  }
}
