package dev.holdfast.statemachine.transaction;

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
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
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
import dev.holdfast.statemachine.table.TableWorkload;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What one partition does with each step, by the rules of transactions.md. It plays both parts: a
 * participant for the items "a…", and the home of attempts for the item "home".
 */
class StepsTest {
  private static final long NOW = 1_000_000_000;
  private static final long DEADLINE = NOW + 5_000_000;
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
    assertThat(settle(DEADLINE, attempt)).isEqualTo(Outcome.UNRECORDED);

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

  /** R12. */
  @Test
  void aDeadlineFarAheadIsRefused() {
    Attempt far =
        new Attempt(
            new AttemptId(1, 1),
            routingKey("home"),
            NOW + Steps.DEADLINE_AHEAD_MICROS_MAX + 1,
            null);

    assertThat(prepare(NOW, far, put("a", "1"))).isEqualTo(over());
    assertThat(decide(NOW, far, put("home", "1"))).isEqualTo(over());
  }

  /** R3. */
  @Test
  void aRecordIsKeptUntilItsDeadlineAndUntilEveryKeyIsConfirmed() {
    Attempt attempt = attempt(1);
    List<Bytes> elsewhere = List.of(routingKey("x"), routingKey("y"));
    partition.apply(NOW, new Decide(attempt, List.of(write(put("home", "1"))), elsewhere));
    partition.apply(NOW, new Confirm(attempt, List.of(routingKey("x"))));
    forget(DEADLINE + 1);
    assertThat(settle(DEADLINE + 1, attempt)).isEqualTo(Outcome.COMMITTED);

    partition.apply(DEADLINE + 2, new Confirm(attempt, List.of(routingKey("y"))));
    forget(DEADLINE + 3);
    assertThat(settle(DEADLINE + 3, attempt)).isEqualTo(Outcome.UNRECORDED); // forgotten
  }

  /** R3: whoever read an intent before its resolution may still ask. */
  @Test
  void aConfirmedRecordIsKeptUntilItsDeadline() {
    Attempt attempt = attempt(1);
    List<Bytes> elsewhere = List.of(routingKey("x"));
    partition.apply(NOW, new Decide(attempt, List.of(write(put("home", "1"))), elsewhere));
    partition.apply(NOW, new Confirm(attempt, elsewhere));
    forget(DEADLINE - 1);

    assertThat(settle(DEADLINE - 1, attempt)).isEqualTo(Outcome.COMMITTED);
  }

  /** R10. */
  @Test
  void aTokenTakesEffectOnceInTenMinutes() {
    ClientToken token = token("t", 1);
    assertThat(transact(token, put("a", "1"))).isInstanceOf(Result.Transacted.class);
    partition.apply(NOW, put("a", "2"));

    assertThat(transact(token, put("a", "1"))).isEqualTo(new Result.TokenSpent());
    assertThat(transact(token("t", 2), put("a", "9")))
        .isEqualTo(new Result.Rejected(new Rejection.TokenMismatch()));
    assertThat(partition.value("a")).isEqualTo("2");

    long later = NOW + TimeUnit.MINUTES.toMicros(10);
    assertThat(partition.apply(later, new Transact(token, List.of(write(put("a", "3"))))))
        .isInstanceOf(Result.Transacted.class);
  }

  /** R10: in either form, whichever came first. */
  @Test
  void aTokenIsKnownToParticipantAndHomeAlike() {
    ClientToken token = token("t", 1);
    Attempt first = attempt(1, token);
    prepare(NOW, first, put("a", "1"));
    partition.apply(NOW, new Commit(first, List.of(routingKey("a"))));

    assertThat(transact(token, put("a", "1"))).isEqualTo(new Result.TokenSpent());
    assertThat(prepare(NOW, attempt(2, token), put("a", "1"))).isEqualTo(new Result.TokenSpent());
    assertThat(decide(NOW, attempt(3, token), put("home", "1"))).isEqualTo(new Result.TokenSpent());
    assertThat(settle(NOW, attempt(3, token))).isEqualTo(Outcome.ABORTED);
  }

  @Test
  void theTokenOfACancelledTransactionMayRunAgain() {
    ClientToken token = token("t", 1);
    transact(token, put("a", "1", PRESENT));
    partition.apply(NOW, put("a", "0"));

    assertThat(transact(token, put("a", "1", PRESENT))).isInstanceOf(Result.Transacted.class);
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
    assertThat(partition.intentCount()).isZero();
  }

  @Test
  void onlyLocksInTheWayMakeATransactionWorthTryingAgain() {
    prepare(NOW, attempt(1), put("a", "1"));

    Result locked = transact(null, put("a", "2"), put("b", "2"));
    Result lockedAndFailed = transact(null, put("a", "2"), put("b", "2", PRESENT));

    assertThat(((Result.Rejected) locked).rejection().retryable()).isTrue();
    assertThat(((Result.Rejected) lockedAndFailed).rejection().retryable()).isFalse();
  }

  /** Invariant 11: rows of attempts whose table is gone go, too. */
  @Test
  void theRowOfAnAttemptOnADroppedTableIsForgotten() {
    Attempt attempt = attempt(1);
    prepare(NOW, attempt, put("a", "1"));
    partition.apply(NOW, new Command.DropTable(TableWorkload.TABLE.id()));
    partition.apply(DEADLINE + 1, new Abort(attempt, List.of(routingKey("a"))));
    forget(DEADLINE + 2);

    assertThat(partition.attemptCount()).isZero();
  }

  /** Invariant 12. */
  @Test
  void aDroppedTableTakesItsIntentsAlong() {
    Attempt attempt = attempt(1);
    prepare(NOW, attempt, put("a", "1"), put("b", "1"));
    partition.apply(NOW, new Command.DropTable(TableWorkload.TABLE.id()));

    assertThat(partition.apply(NOW, new Commit(attempt, List.of(routingKey("a")))))
        .isEqualTo(new Result.Done());
    assertThat(partition.intentCount()).isZero();
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

  /** Some other step, at which old rows are looked through. */
  private void forget(long stamp) {
    partition.apply(stamp, new Abort(attempt(99), List.of(routingKey("z"))));
  }

  private static List<TransactionAction> actions(Command.ItemWrite... writes) {
    return java.util.Arrays.stream(writes).map(OnePartition::write).toList();
  }

  private static List<CancellationReason> reasons(Result result) {
    return ((Rejection.Cancelled) ((Result.Rejected) result).rejection()).reasons();
  }

  private static Result over() {
    return new Result.Rejected(new Rejection.AttemptOver());
  }

  private static Attempt attempt(long id) {
    return attempt(id, null);
  }

  private static Attempt attempt(long id, @Nullable ClientToken token) {
    return new Attempt(new AttemptId(0, id), routingKey("home"), DEADLINE, token);
  }

  private static ClientToken token(String text, int request) {
    byte[] hash = new byte[ClientToken.HASH_BYTES];
    hash[0] = (byte) request;
    return new ClientToken(text, Bytes.wrap(hash));
  }
}
