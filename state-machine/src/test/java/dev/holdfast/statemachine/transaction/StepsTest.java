package dev.holdfast.statemachine.transaction;

import static dev.holdfast.statemachine.transaction.Attempts.DEADLINE;
import static dev.holdfast.statemachine.transaction.Attempts.NOW;
import static dev.holdfast.statemachine.transaction.Attempts.WINDOW;
import static dev.holdfast.statemachine.transaction.Attempts.actions;
import static dev.holdfast.statemachine.transaction.Attempts.attempt;
import static dev.holdfast.statemachine.transaction.Attempts.token;
import static dev.holdfast.statemachine.transaction.OnePartition.check;
import static dev.holdfast.statemachine.transaction.OnePartition.item;
import static dev.holdfast.statemachine.transaction.OnePartition.put;
import static dev.holdfast.statemachine.transaction.OnePartition.routingKey;
import static dev.holdfast.statemachine.transaction.OnePartition.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand.Abort;
import dev.holdfast.protocol.command.TransactionCommand.Commit;
import dev.holdfast.protocol.command.TransactionCommand.Confirm;
import dev.holdfast.protocol.command.TransactionCommand.Decide;
import dev.holdfast.protocol.command.TransactionCommand.Prepare;
import dev.holdfast.protocol.command.TransactionCommand.Settle;
import dev.holdfast.protocol.command.TransactionCommand.Transact;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.table.TableWorkload;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What one partition does with each step, by the rules of transactions.md. It plays both parts: a
 * participant for the items "a…", and the home of attempts for the item "home".
 */
class StepsTest {
  private static final Condition ABSENT = new Condition.NotExists(Path.of("pk"));
  private static final Condition PRESENT = new Condition.Exists(Path.of("pk"));

  private final OnePartition partition = new OnePartition();

  @Test
  void aTransactionWithinOnePartitionWritesAllOrNothing() {
    assertThat(transact(null, put("a", "1"), put("b", "1", ABSENT)))
        .isInstanceOf(Result.Transacted.class);

    Result refused = transact(null, put("a", "2"), put("b", "2", ABSENT), put("c", "2"));

    assertThat(reasons(refused))
        .containsExactly(
            new CancellationReason.None(),
            new CancellationReason.ConditionFailed(item("b", "1")),
            new CancellationReason.None());
    assertThat(partition.value("a")).isEqualTo("1");
    assertThat(partition.value("c")).isNull();
  }

  @Test
  void oneItemTwiceIsRefusedByThePartitionToo() {
    assertThat(transact(null, put("a", "1"), put("a", "2")))
        .isInstanceOf(Result.Rejected.class)
        .asString()
        .contains("multiple operations on one item");
  }

  @Test
  void anIntentIsSeenByNobodyAndKeepsWritersOutUntilItIsCarriedOut() {
    Attempt attempt = attempt(1);
    partition.apply(NOW, put("a", "old"));
    prepare(NOW, attempt, put("a", "new"));

    assertThat(partition.value("a")).isEqualTo("old");
    assertThat(partition.apply(NOW, put("a", "other")))
        .isEqualTo(new Result.Rejected(new Rejection.Locked(routingKey("a"), attempt)));

    partition.apply(NOW, new Commit(attempt, List.of(routingKey("a"))));

    assertThat(partition.value("a")).isEqualTo("new");
    assertThat(partition.apply(NOW, put("a", "later"))).isInstanceOf(Result.Written.class);
  }

  @Test
  void anAbortedIntentLeavesTheItemAsItWas() {
    Attempt attempt = attempt(1);
    prepare(NOW, attempt, put("a", "new"));

    partition.apply(NOW, new Abort(attempt, List.of(routingKey("a"))));

    assertThat(partition.value("a")).isNull();
    assertThat(partition.apply(NOW, put("a", "later"))).isInstanceOf(Result.Written.class);
  }

  @Test
  void anIntentCountsInItsCollectionOnceItIsCarriedOut() {
    Attempt aborted = attempt(1);
    prepare(NOW, aborted, put("a", "given up"));
    partition.apply(NOW, new Abort(aborted, List.of(routingKey("a"))));
    Attempt attempt = attempt(2);
    prepare(NOW, attempt, put("a", "new"));
    partition.apply(NOW, new Commit(attempt, List.of(routingKey("a"))));

    Result.Written same = (Result.Written) partition.apply(NOW, put("a", "new"));
    assertThat(same.cost().collectionBytes()).isEqualTo(item("a", "new").sizeBytes());
  }

  @Test
  void checksOfSeveralAttemptsShareAnItemAndKeepWritersOut() {
    partition.apply(NOW, put("a", "1"));
    Attempt first = attempt(1);
    Attempt second = attempt(2);
    assertThat(prepare(NOW, first, check("a", PRESENT))).isInstanceOf(Result.Transacted.class);
    assertThat(prepare(NOW, second, check("a", PRESENT))).isInstanceOf(Result.Transacted.class);

    assertThat(reasons(prepare(NOW, attempt(3), put("a", "2"))))
        .containsExactly(new CancellationReason.Locked(routingKey("a"), first));
    partition.apply(NOW, new Commit(first, List.of(routingKey("a"))));
    assertThat(partition.apply(NOW, put("a", "2"))).asString().contains("Locked");
    partition.apply(NOW, new Commit(second, List.of(routingKey("a"))));
    assertThat(partition.apply(NOW, put("a", "2"))).isInstanceOf(Result.Written.class);
  }

  @Test
  void aPrepareThatComesTwiceIsDoneOnce() {
    Attempt attempt = attempt(1);
    prepare(NOW, attempt, put("a", "new"));

    assertThat(prepare(NOW, attempt, put("a", "new"))).isInstanceOf(Result.Transacted.class);
    partition.apply(NOW, new Commit(attempt, List.of(routingKey("a"))));

    assertThat(partition.apply(NOW, put("a", "later"))).isInstanceOf(Result.Written.class);
  }

  /** R6: it would lock the item again, and be carried out over a newer write. */
  @Test
  void aPrepareThatComesAfterTheEndIsRefused() {
    Attempt committed = attempt(1);
    prepare(NOW, committed, put("a", "new"));
    partition.apply(NOW, new Commit(committed, List.of(routingKey("a"))));
    partition.apply(NOW, put("a", "newer"));

    assertThat(prepare(NOW + 1, committed, put("a", "new"))).isEqualTo(over());
    assertThat(prepare(DEADLINE, committed, put("a", "new"))).isEqualTo(over());

    Attempt abortedBefore = attempt(2);
    partition.apply(NOW, new Abort(abortedBefore, List.of(routingKey("a"))));
    assertThat(prepare(NOW + 1, abortedBefore, put("a", "new"))).isEqualTo(over());
    assertThat(partition.value("a")).isEqualTo("newer");
  }

  /** R2. */
  @Test
  void nothingIsCommittedFromTheDeadlineOn() {
    Attempt attempt = attempt(1);
    assertThat(settle(DEADLINE - 1, attempt)).isEqualTo(Outcome.UNDECIDED);
    assertThat(settle(DEADLINE, attempt)).isEqualTo(Outcome.ABORTED);

    assertThat(decide(DEADLINE, attempt, put("home", "1"))).isEqualTo(over());
    assertThat(partition.value("home")).isNull();
  }

  /** R2: the record first, whatever the time. */
  @Test
  void aCommittedAttemptStaysCommittedAfterItsDeadline() {
    Attempt attempt = attempt(1);
    decide(DEADLINE - 1, attempt, put("home", "1"));

    assertThat(settle(DEADLINE + 1, attempt)).isEqualTo(Outcome.COMMITTED);
    assertThat(decide(DEADLINE + 1, attempt, put("home", "2")))
        .isEqualTo(new Result.Transacted(List.of()));
    assertThat(partition.value("home")).isEqualTo("1");
  }

  /** R4, R11: a late copy of a refused Decide must not commit what others have aborted since. */
  @Test
  void whatTheHomeHasRefusedItNeverCommits() {
    Attempt attempt = attempt(1);
    assertThat(reasons(decide(NOW, attempt, put("home", "1", PRESENT)))).hasSize(1);
    partition.apply(NOW, put("home", "0"));

    assertThat(decide(NOW, attempt, put("home", "1", PRESENT))).isEqualTo(over());
    assertThat(settle(NOW, attempt)).isEqualTo(Outcome.ABORTED);
    assertThat(partition.value("home")).isEqualTo("0");
  }

  /** R4: its coordinator may give it up at once and begin afresh with the table as it is. */
  @Test
  void aDecisionForAnotherVersionOfItsTableIsRecordedAsRefused() {
    Command.Put put = put("home", "1");
    TableRef other = new TableRef(put.table().id(), put.table().version() + 1);
    Command.Put stale =
        new Command.Put(other, put.item(), null, put.returnValues(), put.returnOnFailure());

    assertThat(decide(NOW, attempt(1), stale))
        .isEqualTo(new Result.Rejected(new Rejection.StaleTable(other.id())));
    assertThat(settle(NOW, attempt(1))).isEqualTo(Outcome.ABORTED);
    assertThat(decide(NOW, attempt(1), put)).isEqualTo(over());
  }

  /** R12. */
  @Test
  void aDeadlineFarAheadIsRefused() {
    Attempt far =
        new Attempt(
            new AttemptId(1, 1),
            routingKey("home"),
            NOW + Steps.DEADLINE_AHEAD_MICROS_MAX + 1,
            null);

    Result tooFar = new Result.Rejected(new Rejection.DeadlineTooFar());
    assertThat(prepare(NOW, far, put("a", "1"))).isEqualTo(tooFar);
    assertThat(decide(NOW, far, put("home", "1"))).isEqualTo(tooFar);
  }

  /** They are idempotent by themselves; their ids would only fill the window. */
  @Test
  void stepsOfAnAttemptAreNotRememberedByTheirRequestIds() {
    Proposal settle = proposal(new Settle(attempt(1)));
    assertThat(partition.apply(NOW, settle)).isEqualTo(new Result.Settled(Outcome.UNDECIDED));
    assertThat(partition.apply(DEADLINE, settle)).isEqualTo(new Result.Settled(Outcome.ABORTED));
  }

  /** Invariant 7: without an attempt only the id tells that it comes again. */
  @Test
  void aTransactionOfOneEntryIsRememberedByItsRequestId() {
    Proposal transact = proposal(new Transact(null, actions(put("a", "1"))));
    partition.apply(NOW, transact);
    partition.apply(NOW, put("a", "2"));

    assertThat(partition.apply(NOW, transact)).isInstanceOf(Result.Transacted.class);
    assertThat(partition.value("a")).isEqualTo("2");
  }

  /** E2 is for what the window forgets. */
  @Test
  void whenTheWindowHasForgottenStepsAreAnsweredAllTheSame() {
    partition.apply(NOW, put("a", "1"));
    long later = NOW + WINDOW + WINDOW; // evicted by then
    Attempt attempt = new Attempt(new AttemptId(0, 1), routingKey("home"), later + 1, null);
    Result unsure = new Result.Rejected(new Rejection.Indeterminate());
    assertThat(partition.apply(later, proposal(new Transact(null, actions(put("b", "1"))))))
        .isEqualTo(unsure);

    assertThat(partition.apply(later, proposal(new Prepare(attempt, actions(put("b", "1"))))))
        .isInstanceOf(Result.Transacted.class);
    assertThat(partition.apply(later, proposal(new Commit(attempt, List.of(routingKey("b"))))))
        .isEqualTo(new Result.Done());
    assertThat(partition.value("b")).isEqualTo("1");
  }

  /** Always the same id, and of a time that is long past. */
  private static Proposal proposal(Command command) {
    return new Proposal(new RequestId(1, 1), 0, false, command);
  }

  /** Invariant 11. */
  @Test
  void aStepAboutTooManyItemsIsRefused() {
    List<TransactionAction> many =
        IntStream.rangeClosed(0, 100).mapToObj(i -> write(put("a" + i, "1"))).toList();
    List<Bytes> keys = IntStream.rangeClosed(0, 100).mapToObj(i -> routingKey("a" + i)).toList();
    Attempt attempt = attempt(1);

    for (Command step :
        List.of(
            new Transact(null, many),
            new Prepare(attempt, many),
            new Decide(attempt, many, List.of()),
            new Decide(attempt, many.subList(0, 1), keys),
            new Commit(attempt, keys),
            new Abort(attempt, keys),
            new Confirm(attempt, keys))) {
      assertThat(partition.apply(NOW, step)).asString().contains("more items than one may have");
    }
    assertThat(partition.apply(NOW, new Transact(null, many.subList(0, 100))))
        .isInstanceOf(Result.Transacted.class);
  }

  /** Invariant 11. */
  @Test
  void onlySoManyAttemptsCheckOneItem() {
    partition.apply(NOW, put("a", "1"));
    for (int id = 1; id <= TransactionLimits.HOLDER_COUNT_MAX; id++) {
      assertThat(prepare(NOW, attempt(id), check("a", PRESENT)))
          .isInstanceOf(Result.Transacted.class);
    }

    assertThat(reasons(prepare(NOW, attempt(99), check("a", PRESENT))))
        .containsExactly(new CancellationReason.Locked(routingKey("a"), attempt(1)));
    assertThat(prepare(NOW, attempt(7), check("a", PRESENT))) // a copy
        .isInstanceOf(Result.Transacted.class);
  }

  /** Invariant 11. */
  @Test
  void aCancellationReturnsItemsUpToALimit() {
    String large = "x".repeat(399_000);
    List<Command.ItemWrite> writes = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      partition.apply(NOW, put(name, name.equals("d") ? "small" : large));
      writes.add(put(name, "1", ABSENT));
    }

    assertThat(reasons(transact(null, writes.toArray(Command.ItemWrite[]::new))))
        .containsExactly(
            new CancellationReason.ConditionFailed(item("a", large)),
            new CancellationReason.ConditionFailed(item("b", large)),
            new CancellationReason.ConditionFailed(null),
            new CancellationReason.ConditionFailed(null));
  }

  /** R5: after a merge the home may get a late Prepare of its own attempt. */
  @Test
  void aDecidedAttemptLeavesNoMoreIntents() {
    Attempt committed = attempt(1);
    decide(NOW, committed, put("home", "1"));
    Attempt aborted = attempt(2);
    decide(NOW, aborted, put("nothing", "1", PRESENT));

    for (Attempt decided : List.of(committed, aborted)) {
      assertThat(prepare(NOW, decided, put("home", "1"))).isEqualTo(over());
    }
    assertThat(partition.counts().intents()).isZero();
  }

  @Test
  void onlyLocksInTheWayMakeATransactionWorthTryingAgain() {
    prepare(NOW, attempt(1), put("a", "1"));

    Result locked = transact(null, put("a", "2"), put("b", "2"));
    Result lockedAndFailed = transact(null, put("a", "2"), put("b", "2", PRESENT));

    assertThat(((Result.Rejected) locked).rejection().retryable()).isTrue();
    assertThat(((Result.Rejected) lockedAndFailed).rejection().retryable()).isFalse();
  }

  /** Invariant 12. */
  @Test
  void aDroppedTableTakesItsIntentsAlong() {
    Attempt attempt = attempt(1);
    prepare(NOW, attempt, put("a", "1"), put("b", "1"));
    partition.apply(NOW, new Command.DropTable(TableWorkload.TABLE.id()));

    assertThat(partition.apply(NOW, new Commit(attempt, List.of(routingKey("a")))))
        .isEqualTo(new Result.Done());
    assertThat(partition.counts().intents()).isZero();
  }

  private Result transact(@Nullable ClientToken token, Command.ItemWrite... writes) {
    return partition.apply(NOW, new Transact(token, actions(writes)));
  }

  private Result prepare(long stamp, Attempt attempt, Command.ItemWrite... writes) {
    return partition.apply(stamp, new Prepare(attempt, actions(writes)));
  }

  private Result prepare(long stamp, Attempt attempt, TransactionAction action) {
    return partition.apply(stamp, new Prepare(attempt, List.of(action)));
  }

  private Result decide(long stamp, Attempt attempt, Command.ItemWrite write) {
    return partition.apply(stamp, new Decide(attempt, List.of(write(write)), List.of()));
  }

  private Outcome settle(long stamp, Attempt attempt) {
    return ((Result.Settled) partition.apply(stamp, new Settle(attempt))).outcome();
  }

  private static List<CancellationReason> reasons(Result result) {
    return ((Rejection.Cancelled) ((Result.Rejected) result).rejection()).reasons();
  }

  private static Result over() {
    return new Result.Rejected(new Rejection.AttemptOver());
  }
}
