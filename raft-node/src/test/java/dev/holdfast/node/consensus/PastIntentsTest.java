package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rules R2, R3 and R8, for one read. */
class PastIntentsTest {
  private static final Attempt A = attempt(1);
  private static final Attempt B = attempt(2);

  private final Deque<Snapshot> snapshots = new ArrayDeque<>();
  private final Map<AttemptId, CompletableFuture<Outcome>> questions = new LinkedHashMap<>();

  private static Attempt attempt(int id) {
    return new Attempt(new AttemptId(0, id), Bytes.EMPTY, 1_000, null);
  }

  /** Meets the intents of these attempts. */
  private static final class Snapshot implements StateSnapshot {
    final List<Attempt> intents;
    int closeCount;

    Snapshot(Attempt... intents) {
      this.intents = List.of(intents);
    }

    @Override
    public ApplyContext applied() {
      return new ApplyContext(1, 1);
    }

    @Override
    public long stampMicros() {
      return 1;
    }

    @Override
    public long epoch() {
      return 1;
    }

    @Override
    public ReadResult read(Read read, KnownOutcomes outcomes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Attempt> unknown(Read read, KnownOutcomes outcomes) {
      return intents.stream().filter(attempt -> outcomes.of(attempt) == null).toList();
    }

    @Override
    public @Nullable KeyRange items(Read read) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Bytes> keys(Command command) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean holds(KeyRange range) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      closeCount++;
    }
  }

  private CompletableFuture<PastIntents.Look> look(Snapshot... taken) {
    snapshots.addAll(List.of(taken));
    Transactions homes =
        new Transactions() {
          @Override
          public CompletableFuture<Outcome> outcome(Attempt attempt, Duration timeout) {
            CompletableFuture<Outcome> answer = new CompletableFuture<>();
            questions.put(attempt.id(), answer);
            return answer;
          }

          @Override
          public void inTheWay(Attempt holder, Bytes routingKey) {}
        };
    return new PastIntents(
            snapshots::remove, List.of(new MetaRead.GetMap()), homes, Duration.ofSeconds(1))
        .look();
  }

  private void answer(Attempt attempt, Outcome outcome) {
    Objects.requireNonNull(questions.remove(attempt.id()), "nobody asked").complete(outcome);
  }

  @Test
  void aReadThatMeetsNoIntentAsksNobody() {
    Snapshot snapshot = new Snapshot();

    assertThat(look(snapshot).join().snapshot()).isSameAs(snapshot);
    assertThat(questions).isEmpty();
    assertThat(snapshot.closeCount).isZero();
  }

  @Test
  void allHomesAreAskedAtOnceAndTheSnapshotFromBeforeIsRead() {
    Snapshot snapshot = new Snapshot(A, B);
    CompletableFuture<PastIntents.Look> look = look(snapshot);
    assertThat(new ArrayList<>(questions.keySet())).containsExactly(A.id(), B.id());

    answer(B, Outcome.UNDECIDED);
    assertThat(look).isNotDone();
    answer(A, Outcome.COMMITTED);

    assertThat(look.join().snapshot()).isSameAs(snapshot);
    assertThat(look.join().outcomes().of(A)).isEqualTo(Outcome.COMMITTED);
    assertThat(look.join().outcomes().of(B)).isEqualTo(Outcome.UNDECIDED);
  }

  /** R3: were the attempt committed, an intent that is still there would have kept its record. */
  @Test
  void anIntentThatIsStillThereWithoutARecordIsAborted() {
    Snapshot first = new Snapshot(A);
    Snapshot second = new Snapshot(A);
    CompletableFuture<PastIntents.Look> look = look(first, second);

    answer(A, Outcome.UNRECORDED);

    assertThat(look.join().snapshot()).isSameAs(second);
    assertThat(look.join().outcomes().of(A)).isEqualTo(Outcome.ABORTED);
    assertThat(first.closeCount).isEqualTo(1);
    assertThat(second.closeCount).isZero();
  }

  /** R3: resolved, confirmed and trimmed meanwhile: the later snapshot shows what became of it. */
  @Test
  void anIntentThatIsGoneIsReadAfresh() {
    Snapshot second = new Snapshot();
    CompletableFuture<PastIntents.Look> look = look(new Snapshot(A), second);

    answer(A, Outcome.UNRECORDED);

    assertThat(look.join().snapshot()).isSameAs(second);
  }

  /** Of an older snapshot it says nothing: some of its writes may be carried out in the later. */
  @Test
  void whoWasUndecidedIsAskedAfterAgainForALaterSnapshot() {
    CompletableFuture<PastIntents.Look> look = look(new Snapshot(A, B), new Snapshot(A, B));
    answer(A, Outcome.UNRECORDED);
    answer(B, Outcome.UNDECIDED);
    assertThat(questions).containsOnlyKeys(B.id());

    answer(B, Outcome.COMMITTED);

    assertThat(look.join().outcomes().of(A)).isEqualTo(Outcome.ABORTED);
    assertThat(look.join().outcomes().of(B)).isEqualTo(Outcome.COMMITTED);
  }

  @Test
  void aHomeThatDoesNotAnswerFailsTheReadAndClosesItsSnapshot() {
    Snapshot snapshot = new Snapshot(A);
    CompletableFuture<PastIntents.Look> look = look(snapshot);

    Objects.requireNonNull(questions.remove(A.id()), "nobody asked")
        .completeExceptionally(new IllegalStateException("silence"));

    assertThat(look).isCompletedExceptionally();
    assertThat(snapshot.closeCount).isEqualTo(1);
  }
}
