package dev.holdfast.statemachine.transaction;

import static dev.holdfast.statemachine.transaction.Attempts.DEADLINE;
import static dev.holdfast.statemachine.transaction.Attempts.NOW;
import static dev.holdfast.statemachine.transaction.Attempts.WINDOW;
import static dev.holdfast.statemachine.transaction.Attempts.actions;
import static dev.holdfast.statemachine.transaction.Attempts.attempt;
import static dev.holdfast.statemachine.transaction.Attempts.token;
import static dev.holdfast.statemachine.transaction.OnePartition.put;
import static dev.holdfast.statemachine.transaction.OnePartition.routingKey;
import static dev.holdfast.statemachine.transaction.OnePartition.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand.Abort;
import dev.holdfast.protocol.command.TransactionCommand.Commit;
import dev.holdfast.protocol.command.TransactionCommand.Confirm;
import dev.holdfast.protocol.command.TransactionCommand.Decide;
import dev.holdfast.protocol.command.TransactionCommand.Prepare;
import dev.holdfast.protocol.command.TransactionCommand.Settle;
import dev.holdfast.protocol.command.TransactionCommand.Transact;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.spi.TransactionCounts;
import dev.holdfast.statemachine.table.TableWorkload;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a partition remembers of attempts and tokens, for how long, and how much of it. */
class LedgerTest {
  private static final Condition PRESENT = new Condition.Exists(Path.of("pk"));

  private final OnePartition partition = new OnePartition();

  /** R3: until every key is confirmed, if it takes for ever. */
  @Test
  void aRecordIsKeptUntilEveryKeyIsConfirmed() {
    Attempt attempt = attempt(1);
    List<Bytes> elsewhere = List.of(routingKey("x"), routingKey("y"));
    partition.apply(NOW, new Decide(attempt, List.of(write(put("home", "1"))), elsewhere));
    partition.apply(NOW, new Confirm(attempt, List.of(routingKey("x"))));
    forget(DEADLINE + 9 * WINDOW);
    assertThat(settle(DEADLINE + 9 * WINDOW, attempt)).isEqualTo(Outcome.COMMITTED);

    partition.apply(DEADLINE + 9 * WINDOW, new Confirm(attempt, List.of(routingKey("y"))));
    assertThat(settle(DEADLINE + 9 * WINDOW, attempt)).isEqualTo(Outcome.UNRECORDED);
    assertThat(partition.counts()).isEqualTo(TransactionCounts.NONE);
  }

  /** R3: whoever read an intent before its resolution, or sent a decision, may still ask. */
  @Test
  void aConfirmedRecordIsKeptForTheTokenWindowAfterItsDeadline() {
    Attempt attempt = attempt(1);
    List<Bytes> elsewhere = List.of(routingKey("x"));
    partition.apply(NOW, new Decide(attempt, List.of(write(put("home", "1"))), elsewhere));
    partition.apply(NOW, new Confirm(attempt, elsewhere));

    forget(DEADLINE + WINDOW);
    assertThat(settle(DEADLINE + WINDOW, attempt)).isEqualTo(Outcome.COMMITTED);

    forget(DEADLINE + 2 * WINDOW);
    assertThat(settle(DEADLINE + 2 * WINDOW, attempt)).isEqualTo(Outcome.UNRECORDED);
    assertThat(partition.counts()).isEqualTo(TransactionCounts.NONE);
  }

  /** R2: as long as a record would be kept, there being none means that there never was one. */
  @Test
  void withoutARecordAnAttemptIsAbortedUntilItsRecordMightBeTrimmed() {
    Attempt attempt = attempt(1);
    assertThat(settle(DEADLINE + WINDOW, attempt)).isEqualTo(Outcome.ABORTED);

    forget(DEADLINE + 2 * WINDOW);
    assertThat(settle(DEADLINE + 2 * WINDOW, attempt)).isEqualTo(Outcome.UNRECORDED);
  }

  /** What is not settled must not keep the rest from being trimmed, nor be trimmed with it. */
  @Test
  void anOpenAttemptStaysWhenThoseAroundItAreTrimmed() {
    for (int id = 1; id <= 3; id++) {
      prepare(NOW, attempt(id), put("a" + id, "1"));
    }
    partition.apply(NOW, new Abort(attempt(1), List.of(routingKey("a1"))));
    partition.apply(NOW, new Abort(attempt(3), List.of(routingKey("a3"))));
    assertThat(partition.counts()).isEqualTo(new TransactionCounts(1, 1, 2, 0));

    forget(DEADLINE + 2 * WINDOW);

    assertThat(partition.counts()).isEqualTo(new TransactionCounts(1, 1, 0, 0));
  }

  /** Invariant 11. */
  @Test
  void aPartitionThatIsFullTakesNoMoreButLetsGo() {
    OnePartition small = new OnePartition(new TransactionLimits(WINDOW, 1, 2, 1));
    Attempt first = attempt(1, token("t", 1));
    Result full = new Result.Rejected(new Rejection.LedgerFull());
    small.apply(NOW, new Prepare(first, actions(put("a", "1"))));
    assertThat(small.apply(NOW, new Prepare(attempt(2), actions(put("b", "1"))))).isEqualTo(full);
    assertThat(small.apply(NOW, new Prepare(first, actions(put("a", "1")))))
        .isInstanceOf(Result.Transacted.class);
    assertThat(
            small.apply(
                NOW, new Decide(attempt(2), actions(put("home", "1")), List.of(routingKey("x")))))
        .isEqualTo(full);

    small.apply(NOW, new Commit(first, List.of(routingKey("a"))));
    assertThat(small.counts()).isEqualTo(new TransactionCounts(0, 0, 0, 1));
    assertThat(small.apply(NOW, new Transact(token("u", 1), actions(put("b", "1")))))
        .isEqualTo(full);
    assertThat(small.apply(NOW, new Transact(null, actions(put("b", "1")))))
        .isInstanceOf(Result.Transacted.class);

    for (int id = 3; id <= 5; id++) { // the last one is not remembered
      small.apply(NOW, new Abort(attempt(id), List.of(routingKey("c"))));
    }
    assertThat(small.counts().settledAttempts()).isEqualTo(2);
    assertThat(small.apply(NOW, new Decide(attempt(6), actions(put("home", "1")), List.of())))
        .isEqualTo(full);
  }

  /** R6 by way of R10: nothing else is kept of what was carried out. */
  @Test
  void aLatePrepareOfWhatWasCarriedOutMeetsItsToken() {
    Attempt attempt = attempt(1, token("t", 1));
    prepare(NOW, attempt, put("a", "1"), put("b", "1"));
    partition.apply(NOW, new Commit(attempt, List.of(routingKey("a"))));
    partition.apply(NOW, new Commit(attempt, List.of(routingKey("a"))));
    assertThat(partition.counts()).isEqualTo(new TransactionCounts(1, 1, 0, 1));
    partition.apply(NOW, new Commit(attempt, List.of(routingKey("b"))));
    assertThat(partition.counts()).isEqualTo(new TransactionCounts(0, 0, 0, 1));

    assertThat(prepare(NOW, attempt, put("a", "1"), put("b", "1")))
        .isEqualTo(new Result.TokenSpent());
    assertThat(partition.counts()).isEqualTo(new TransactionCounts(0, 0, 0, 1));
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

    Transact again = new Transact(token, List.of(write(put("a", "1"))));
    assertThat(partition.apply(NOW + WINDOW - 1, again)).isEqualTo(new Result.TokenSpent());
    long later = NOW + WINDOW;
    assertThat(partition.apply(later, new Transact(token, List.of(write(put("a", "3"))))))
        .isInstanceOf(Result.Transacted.class);
  }

  /** Invariant 11. */
  @Test
  void tokensAreForgottenInTheEnd() {
    transact(token("t", 1), put("a", "1"));
    partition.apply(NOW + WINDOW, new Transact(token("u", 1), actions(put("a", "2"))));
    assertThat(partition.counts().tokens()).isEqualTo(2);

    forget(NOW + 2 * WINDOW);
    assertThat(partition.counts().tokens()).isEqualTo(1);

    forget(NOW + 3 * WINDOW);
    assertThat(partition.counts()).isEqualTo(TransactionCounts.NONE);
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

  /** Invariant 11: rows of attempts whose table is gone go, too. */
  @Test
  void theRowOfAnAttemptOnADroppedTableIsForgotten() {
    Attempt attempt = attempt(1);
    prepare(NOW, attempt, put("a", "1"));
    partition.apply(NOW, new Command.DropTable(TableWorkload.TABLE.id()));
    partition.apply(DEADLINE + 1, new Abort(attempt, List.of(routingKey("a"))));
    forget(DEADLINE + 2 * WINDOW);

    assertThat(partition.counts()).isEqualTo(TransactionCounts.NONE);
  }

  private Result transact(@Nullable ClientToken token, Command.ItemWrite... writes) {
    return partition.apply(NOW, new Transact(token, actions(writes)));
  }

  private Result prepare(long stamp, Attempt attempt, Command.ItemWrite... writes) {
    return partition.apply(stamp, new Prepare(attempt, actions(writes)));
  }

  private Result decide(long stamp, Attempt attempt, Command.ItemWrite write) {
    return partition.apply(stamp, new Decide(attempt, List.of(write(write)), List.of()));
  }

  private Outcome settle(long stamp, Attempt attempt) {
    return ((Result.Settled) partition.apply(stamp, new Settle(attempt))).outcome();
  }

  /** Some other step, at which old rows are removed. */
  private void forget(long stamp) {
    assertThat(stamp).isGreaterThan(DEADLINE); // or this would be remembered itself
    partition.apply(stamp, new Abort(attempt(99), List.of(routingKey("z"))));
  }
}
