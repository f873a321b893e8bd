package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.BankTotal;
import dev.holdfast.jepsen.checker.ListAppendSerializability;
import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.faults.TransactionRun.Evidence;
import dev.holdfast.jepsen.history.BankNotation;
import dev.holdfast.jepsen.history.BankOperation;
import dev.holdfast.jepsen.history.History;
import dev.holdfast.jepsen.history.HistoryFile;
import dev.holdfast.jepsen.history.ListNotation;
import dev.holdfast.jepsen.history.ListOperation;
import dev.holdfast.jepsen.history.Notation;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Timed;
import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.workload.BankWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Invariants 5 and 6: transactions over partitions of real processes that are killed, paused and
 * stopped, coordinators among them, through the AWS SDK.
 *
 * <p>{@code -Djepsen.seconds=600} makes it longer, {@code -Djepsen.seed=N} repeats its random
 * choices. The histories are in {@code target/jepsen/transactions-<seed>}.
 */
class TransactionFaultsTest {
  private static final long SEED = Long.getLong("jepsen.seed", System.nanoTime());
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("jepsen.seconds", 25));
  private static final Path DIRECTORY = Path.of("target", "jepsen", "transactions-" + SEED);
  private static final int SUCCESSES_MIN = 20;
  private static final int DISTRIBUTED_MIN = 20;

  @SuppressWarnings("NullAway.Init")
  private static Evidence evidence;

  @BeforeAll
  static void run() throws IOException, InterruptedException {
    TransactionRun run = new TransactionRun(SEED, LENGTH);
    try {
      run.run();
    } finally {
      evidence = run.evidence();
      keep();
    }
  }

  private static void keep() throws IOException {
    Files.createDirectories(DIRECTORY);
    keep("list-append", evidence.lists, new ListNotation());
    keep("bank", evidence.bank, new BankNotation());
    Files.write(
        DIRECTORY.resolve("faults.txt"), evidence.faults.stream().map(Fault::toString).toList());
    System.out.printf(
        "jepsen.seed=%d: on lists %s; on accounts %s; write skew %s; faults %s; over several"
            + " partitions %.0f before them and %.0f since the last start of each node;"
            + " left behind %s; histories in %s%n",
        SEED,
        counts(evidence.lists.stream().map(each -> kind(each) + " " + each.outcome())),
        counts(evidence.bank.stream().map(each -> kind(each) + " " + each.outcome())),
        evidence.writeSkew,
        counts(evidence.faults.stream().map(fault -> fault.kind().toString())),
        evidence.distributedBeforeFaults,
        evidence.distributedAtEnd,
        evidence.leftovers,
        DIRECTORY.toAbsolutePath());
  }

  private static <O extends Timed> void keep(
      String workload, List<O> operations, Notation<O> notation) throws IOException {
    History history =
        new History(workload, SEED, new TreeMap<>(), History.events(operations, notation));
    HistoryFile.writeJson(history, DIRECTORY.resolve(workload + ".jsonl"));
    HistoryFile.writeEdn(history, DIRECTORY.resolve(workload + ".edn"));
  }

  private static Map<String, Long> counts(Stream<String> kinds) {
    return kinds.collect(Collectors.groupingBy(kind -> kind, TreeMap::new, Collectors.counting()));
  }

  private static String kind(ListOperation operation) {
    int lists = operation.reads().size() + operation.appends().size();
    if (operation.appends().isEmpty()) {
      return lists == 1 ? "read of one" : "read of several";
    }
    boolean isConditional = !operation.appends().keySet().containsAll(operation.reads().keySet());
    if (isConditional) {
      return "append on condition";
    }
    return operation.appends().size() == 1 ? "append to one" : "append to several";
  }

  private static String kind(BankOperation operation) {
    return operation.function() == BankOperation.Function.READ
        ? "read"
        : "transfer of " + operation.amounts().size();
  }

  private static String where() {
    return "jepsen.seed=" + SEED + ", histories in " + DIRECTORY.toAbsolutePath();
  }

  @Test
  void everyFaultTookEffectAndEveryKindOfTransactionGotThrough() {
    assertThat(evidence.faults.stream().map(Fault::kind))
        .as(where())
        .contains(
            Fault.Kind.KILL_LEADER,
            Fault.Kind.KILL_FOLLOWER,
            Fault.Kind.PAUSE_LEADER,
            Fault.Kind.SPLIT_AND_KILL,
            Fault.Kind.MERGE_AND_KILL,
            Fault.Kind.STOP_LEADER);
    Predicate<Outcome> ok = outcome -> outcome == Outcome.OK;
    assertThat(
            counts(
                evidence.lists.stream()
                    .filter(each -> ok.test(each.outcome()))
                    .map(TransactionFaultsTest::kind)))
        .as(where())
        .containsOnlyKeys(
            "read of one",
            "read of several",
            "append to one",
            "append to several",
            "append on condition")
        .allSatisfy((kind, count) -> assertThat(count).as(kind).isGreaterThan(SUCCESSES_MIN));
    assertThat(
            counts(
                evidence.bank.stream()
                    .filter(each -> ok.test(each.outcome()))
                    .map(TransactionFaultsTest::kind)))
        .as(where())
        .containsOnlyKeys("read", "transfer of 2", "transfer of 3")
        .allSatisfy((kind, count) -> assertThat(count).as(kind).isGreaterThan(SUCCESSES_MIN));
  }

  @Test
  void transactionsWentOverSeveralPartitions() {
    assertThat(evidence.distributedBeforeFaults).as(where()).isGreaterThan(DISTRIBUTED_MIN);
    assertThat(evidence.distributedAtEnd).as(where()).isPositive();
  }

  @Test
  void transactionsOnListsAreStrictlySerializable() {
    assertThat(ListAppendSerializability.check(evidence.lists, evidence.finalLists))
        .as(where())
        .isEqualTo(Verdict.valid());
  }

  @Test
  void transfersNeitherMakeMoneyNorLoseIt() {
    assertThat(BankTotal.check(evidence.bank, BankWorkload.atFirst()))
        .as(where())
        .isEqualTo(Verdict.valid());
  }

  @Test
  void ofTwoTransactionsThatForbidEachOtherOneHappens() {
    WriteSkew.Outcome outcome = Objects.requireNonNull(evidence.writeSkew, where());

    assertThat(outcome.bothOff()).as(where()).isEmpty();
    assertThat(outcome.oneOff()).as(where()).isGreaterThan(outcome.untouched());
  }

  @Test
  void whatACoordinatorLeavesBehindIsFinishedSoonAfterItsDeadline() {
    Leftovers.Found found = Objects.requireNonNull(evidence.leftovers, where());

    assertThat(found.finished()).as("left behind; %s", where()).isPositive();
    assertThat(found.lastOverdue()).as(where()).isLessThan(TransactionRun.INTENTS_GONE_WITHIN);
    assertThat(found.conflicts()).as(where()).isEmpty();
  }
}
