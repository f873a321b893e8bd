package dev.holdfast.jepsen.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.holdfast.jepsen.checker.CounterBounds;
import dev.holdfast.jepsen.checker.RegisterLinearizability;
import dev.holdfast.jepsen.checker.SessionGuarantees;
import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.CounterNotation;
import dev.holdfast.jepsen.history.CounterOperation;
import dev.holdfast.jepsen.history.History;
import dev.holdfast.jepsen.history.HistoryFile;
import dev.holdfast.jepsen.history.Notation;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.RegisterNotation;
import dev.holdfast.jepsen.history.Timed;
import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.run.FaultyRun.Evidence;
import dev.holdfast.jepsen.workload.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A short run of the kind Jepsen makes, judged in several ways: invariants 2, 4 and 7, and the
 * guarantees of sessions.
 *
 * <p>{@code -Djepsen.seconds=600} makes it longer, {@code -Djepsen.seed=N} repeats its random
 * choices. The histories are in {@code target/jepsen/<seed>}.
 */
class ShortRunTest {
  private static final long SEED = Long.getLong("jepsen.seed", System.nanoTime());
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("jepsen.seconds", 35));
  private static final Path DIRECTORY = Path.of("target", "jepsen", Long.toString(SEED));
  private static final long CONFIGURATIONS_MAX = 2_000_000;
  private static final int SUCCESSES_MIN = 200;
  private static final int INDETERMINATE_SHARE = 20;

  @SuppressWarnings("NullAway.Init")
  private static Evidence evidence;

  @BeforeAll
  static void run() throws IOException, InterruptedException {
    FaultyRun run = new FaultyRun(SEED, LENGTH, BotoCounter.python().orElse(null));
    try {
      run.run();
    } finally {
      evidence = run.evidence();
      keep();
    }
  }

  private static void keep() throws IOException {
    Files.createDirectories(DIRECTORY);
    keep("register", evidence.registers(), new RegisterNotation());
    keep("session", evidence.sessions(), new RegisterNotation());
    keep("counter", evidence.counters(), new CounterNotation());
    Files.write(
        DIRECTORY.resolve("faults.txt"), evidence.faults().stream().map(Fault::toString).toList());
    System.out.printf(
        "jepsen.seed=%d: %d operations on registers, answered %s, %d unknown; %d in sessions (%d eventual"
            + " reads behind); faults %s;"
            + " counters %s; histories in %s%n",
        SEED,
        evidence.registers().size(),
        evidence.answers(),
        evidence.registers().stream().filter(o -> o.outcome() == Outcome.UNKNOWN).count(),
        evidence.sessions().size(),
        evidence.staleEventualReads(),
        evidence.faultCounts(),
        evidence.tallies(),
        DIRECTORY.toAbsolutePath());
  }

  private static <O extends Timed> void keep(
      String workload, List<O> operations, Notation<O> notation) throws IOException {
    History history =
        new History(workload, SEED, new TreeMap<>(), History.events(operations, notation));
    HistoryFile.writeJson(history, DIRECTORY.resolve(workload + ".jsonl"));
    HistoryFile.writeEdn(history, DIRECTORY.resolve(workload + ".edn"));
  }

  private static String where() {
    return "jepsen.seed=" + SEED + ", histories in " + DIRECTORY.toAbsolutePath();
  }

  @Test
  void everyFaultTookEffectAndEveryKindOfClientGotThrough() {
    assertThat(evidence.faultCounts()).as(where()).containsOnlyKeys(FaultyRun.kinds());
    assertThat(evidence.faultCounts().get(Fault.Kind.KILL_LEADER)).isGreaterThanOrEqualTo(3);
    assertThat(evidence.answers()).as(where()).containsOnlyKeys("native", "sdk");
    assertThat(evidence.answers().values()).allMatch(count -> count > SUCCESSES_MIN);
  }

  @Test
  void registersAreLinearizable() {
    Verdict verdict = new RegisterLinearizability(CONFIGURATIONS_MAX).check(evidence.registers());

    assertThat(verdict).as(where()).isEqualTo(Verdict.valid());
  }

  @Test
  void sessionsReadTheirWritesAndNeverGoBackInTime() {
    assertThat(SessionGuarantees.check(evidence.sessions())).as(where()).isEqualTo(Verdict.valid());
    assertThat(evidence.staleEventualReads())
        .as("without sessions reads are behind, or this run could not fail; %s", where())
        .isPositive();
  }

  /** The second bounds keep the first from being true of anything. */
  @Test
  void countersCountEveryIncrementOnce() {
    List<CounterOperation> counters = evidence.counters();
    long acknowledged = count(counters, Outcome.OK);

    assertThat(new CounterBounds().check(counters)).as(where()).isEqualTo(Verdict.valid());
    assertThat(acknowledged).as(where()).isGreaterThan(SUCCESSES_MIN);
    assertThat(count(counters, Outcome.UNKNOWN) * INDETERMINATE_SHARE)
        .as(where())
        .isLessThanOrEqualTo(acknowledged);
  }

  private static long count(List<CounterOperation> counters, Outcome outcome) {
    return counters.stream()
        .filter(each -> each.function() == CounterOperation.Function.ADD)
        .filter(each -> each.outcome() == outcome)
        .count();
  }

  @Test
  void theCounterOfBoto3CountsEveryIncrementOnce() throws InterruptedException {
    Optional<String> python = BotoCounter.python();
    if (python.isEmpty()) {
      String message = "boto3 is not installed; .ci/run installs it";
      assertThat(Boolean.getBoolean("clients.required")).as(message).isFalse();
      System.out.println("SKIPPED: " + message);
      abort(message);
    }
    assertExact("boto3");
  }

  @Test
  void whatTheAwsSdkRepeatsThroughAnotherNodeIsAppliedOnce() {
    Tally tally = Objects.requireNonNull(evidence.tallies().get("lost"), "lost");

    assertThat(tally.acknowledged()).as(where()).isPositive();
    assertThat(tally.indeterminate()).as(where()).isZero();
    assertThat(evidence.counts().get("lost")).as(where()).isEqualTo(tally.acknowledged());
  }

  /** The second bound keeps the first from being true of anything. */
  private static void assertExact(String counter) {
    Tally tally = Objects.requireNonNull(evidence.tallies().get(counter), counter);
    long count = Objects.requireNonNull(evidence.counts().get(counter), counter);
    assertThat(tally.allows(count))
        .as("counter %s is %d after %s; %s", counter, count, tally, where())
        .isTrue();
    assertThat(tally.acknowledged()).as("%s; %s", tally, where()).isGreaterThan(SUCCESSES_MIN);
    assertThat(tally.indeterminate() * INDETERMINATE_SHARE)
        .as("%s; %s", tally, where())
        .isLessThanOrEqualTo(tally.acknowledged());
  }
}
