package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.consensus.ProposalQueue.Gate;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limits of group commit (invariant 11), and how a write ends that meets one. */
class ProposalQueueTest {
  private static final int KIB = 1 << 10;
  private static final ConsensusOptions.Limits LIMITS =
      new ConsensusOptions.Limits(64 * KIB, 200 * KIB, 20, 1, Duration.ZERO, 50, 256 * KIB);
  private static final Duration D = Duration.ofMillis(500);

  private final LeaseTest.FakeClock clock = new LeaseTest.FakeClock();
  private final Lease lease = new Lease(D, 0.001, clock);
  private final List<Batch> submitted = new ArrayList<>();
  private final List<CompletableFuture<Void>> fates = new ArrayList<>();
  private Gate gate = Gate.OPEN;
  private final ProposalQueue queue =
      new ProposalQueue(
          LIMITS,
          lease,
          clock::wallMicros,
          () -> 0,
          () -> gate,
          () -> new UnavailableException(Reason.NOT_LEADER, "led elsewhere"),
          this::submit,
          nanos -> {});
  private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  private CompletableFuture<Void> submit(Batch batch) {
    submitted.add(batch);
    CompletableFuture<Void> fate = new CompletableFuture<>();
    fates.add(fate);
    return fate;
  }

  /** What the replica does once the entry is applied. */
  private void applied(int entry) {
    Batch batch = submitted.get(entry);
    if (batch.settle()) {
      queue.applied(batch);
    }
  }

  private PendingWrite write(Proposal... proposals) {
    return new PendingWrite(List.of(proposals), clock.monotonicNanos() + D.toNanos());
  }

  private static Proposal put(int valueBytes) {
    return TestCluster.proposal("k", "v".repeat(valueBytes));
  }

  /** An update that sets an attribute to a long string. */
  private static Proposal update(int valueBytes) {
    return TestCluster.proposal(
        new Command.Modify(
            new TableRef(new TableId(1), 1),
            Item.of(Map.of("k", new AttributeValue.S("k"))),
            new Update(
                List.of(
                    new Update.Action.Set(
                        Path.of("v"),
                        new Update.SetValue.Literal(
                            EncodedValue.ofString("v".repeat(valueBytes)))))),
            null,
            ReturnValues.NONE,
            ReturnOnFailure.NONE));
  }

  private PendingWrite accepted(Proposal... proposals) {
    PendingWrite write = write(proposals);
    assertThat(queue.offer(write)).isTrue();
    queue.drain();
    return write;
  }

  private static @Nullable Throwable failure(PendingWrite write) {
    return write.future().isCompletedExceptionally()
        ? write.future().handle((outcome, failure) -> failure).join()
        : null;
  }

  private int countOffered(Proposal... proposals) {
    int count = 0;
    while (queue.offer(write(proposals))) {
      count++;
      assertThat(count).isLessThan(10_000);
    }
    return count;
  }

  @Test
  void aFullQueueRefusesFurtherCommandsUntilThereIsRoom() {
    accepted(put(1));

    assertThat(countOffered(put(1))).isEqualTo(LIMITS.queueCommandsMax());
    assertThat(queue.depth()).isEqualTo(LIMITS.queueCommandsMax());
    applied(0);
    assertThat(queue.depth()).isEqualTo(LIMITS.queueCommandsMax() - LIMITS.entryCommandsMax());
    assertThat(countOffered(put(1))).isEqualTo(LIMITS.entryCommandsMax());
  }

  @Test
  void aFullQueueRefusesFurtherBytes() {
    accepted(put(1));

    assertThat(countOffered(put(30 * KIB))).isEqualTo(8);
  }

  @Test
  void theBytesOfUpdatesCountToo() {
    accepted(put(1));

    assertThat(countOffered(update(30 * KIB))).isEqualTo(8);
  }

  @Test
  void whatLeavesTheQueueGivesItsRoomBack() {
    accepted(put(1));
    for (int round = 0; round < 5; round++) {
      assertThat(countOffered(put(30 * KIB))).isEqualTo(8);
      queue.failWaiting(new UnavailableException(Reason.NOT_LEADER, "led elsewhere"));
      assertThat(countOffered(update(30 * KIB))).isEqualTo(8);
      clock.pass(D.toMillis());
      queue.expire(clock.monotonicNanos());
      assertThat(queue.depth()).isZero();
    }
  }

  @Test
  void aCommandLargerThanAnEntryGoesInPiecesByItself() {
    accepted(put(1));
    PendingWrite large = accepted(put(150 * KIB));
    PendingWrite small = accepted(put(1));
    applied(0);

    assertThat(submitted).hasSize(2);
    assertThat(submitted.get(1).slices()).extracting(Batch.Slice::write).containsExactly(large);
    assertThat(submitted.get(1).before()).hasSize(2);
    assertThat(submitted.get(1).before())
        .allSatisfy(
            piece ->
                assertThat(piece.content().size()).isLessThanOrEqualTo(LIMITS.entryBytesMax()));
    applied(1);
    assertThat(submitted.get(2).slices()).extracting(Batch.Slice::write).containsExactly(small);
  }

  @Test
  void entriesKeepTheirLimitsAndTheOrderOfCommands() {
    Random random = new Random(42);
    gate = Gate.HELD;
    List<Proposal> offered = new ArrayList<>();
    while (true) {
      int size = random.nextInt(20 * KIB);
      Proposal proposal = random.nextBoolean() ? put(size) : update(size);
      if (!queue.offer(write(proposal))) {
        break;
      }
      offered.add(proposal);
    }
    gate = Gate.OPEN;
    queue.drain();
    for (int entry = 0; entry < submitted.size(); entry++) {
      assertThat(submitted).hasSize(entry + 1); // one in flight at a time
      applied(entry);
    }

    List<Proposal> left = new ArrayList<>();
    for (Batch batch : submitted) {
      assertThat(batch.getContent().size()).isLessThanOrEqualTo(LIMITS.entryBytesMax());
      assertThat(batch.slices().size()).isLessThanOrEqualTo(LIMITS.entryCommandsMax());
      batch.slices().forEach(slice -> left.addAll(slice.write().proposals()));
    }
    assertThat(left).isEqualTo(offered);
  }

  @Test
  void aWriteThatWaitedPastItsDeadlineIsUnavailableAndNeverSubmitted() {
    gate = Gate.HELD;
    PendingWrite waiting = accepted(put(1));
    clock.pass(D.toMillis() - 1);
    queue.expire(clock.monotonicNanos());
    assertThat(waiting.future()).isNotDone();
    clock.pass(1);
    queue.expire(clock.monotonicNanos());

    assertThat(failure(waiting)).isInstanceOf(UnavailableException.class);
    gate = Gate.OPEN;
    queue.drain();
    assertThat(submitted).isEmpty();
  }

  @Test
  void aWriteInAnEntryThatIsNotCommittedByItsDeadlineIsIndeterminate() {
    Leadership leadership = new Leadership(lease, () -> false, term -> {});
    ConsensusWorld world =
        new ConsensusWorld(
            clock,
            new ClusterTime(new NodeId("n1"), Duration.ofMillis(500), clock),
            executor,
            (message, cause) -> new IllegalStateException(message, cause),
            new ConsensusListener() {},
            Transactions.NONE);
    PendingAnswers answers = new PendingAnswers(leadership, lease, LIMITS, world);
    PendingWrite inEntry = accepted(put(1));
    PendingWrite waiting = accepted(put(1));
    answers.watch(inEntry);
    answers.watch(waiting);
    clock.pass(D.toMillis());
    queue.expire(clock.monotonicNanos());
    answers.expire(clock.monotonicNanos());

    assertThat(failure(inEntry)).isInstanceOf(IndeterminateException.class);
    assertThat(failure(waiting)).isInstanceOf(UnavailableException.class);
  }

  @Test
  void anEntryThatRatisRefusedIsUnavailable() {
    PendingWrite write = accepted(put(1));
    fates.get(0).completeExceptionally(new IOException("refused"));

    assertThat(failure(write)).isInstanceOf(UnavailableException.class);
  }

  @Test
  void anEntryThatWasAppendedAndThenFailedIsIndeterminate() {
    PendingWrite write = accepted(put(1));
    submitted.get(0).markAppended();
    fates.get(0).completeExceptionally(new IOException("the leader changed"));

    assertThat(failure(write)).isInstanceOf(IndeterminateException.class);
  }

  @Test
  void aFailedEntryMakesRoomForTheNext() {
    accepted(put(1));
    PendingWrite next = accepted(put(1));
    fates.get(0).completeExceptionally(new IOException("refused"));

    assertThat(submitted).hasSize(2);
    assertThat(submitted.get(1).slices().get(0).write()).isSameAs(next);
  }

  @Test
  void aReplicaThatDoesNotLeadFailsWhatWaits() {
    accepted(put(1));
    PendingWrite waiting = accepted(put(1));
    gate = Gate.CLOSED;
    queue.drain();

    assertThat(failure(waiting))
        .isInstanceOf(UnavailableException.class)
        .extracting(failure -> ((UnavailableException) failure).reason())
        .isEqualTo(Reason.NOT_LEADER);
    assertThat(queue.depth()).isZero();
  }

  @Test
  void aCommandLargerThanAllowedIsInvalidAndItsNeighboursGoThrough() {
    gate = Gate.HELD;
    PendingWrite before = accepted(put(1));
    PendingWrite tooLarge = accepted(update(LIMITS.commandBytesMax() + KIB));
    PendingWrite after = accepted(put(2));
    gate = Gate.OPEN;
    queue.drain();
    for (int entry = 0; entry < submitted.size(); entry++) {
      applied(entry);
    }

    assertThat(failure(tooLarge)).isInstanceOf(InvalidRequestException.class);
    List<PendingWrite> through = new ArrayList<>();
    submitted.forEach(batch -> batch.slices().forEach(slice -> through.add(slice.write())));
    assertThat(through).containsExactly(before, after);
    assertThat(queue.idle()).isCompleted();
  }

  @Test
  void aWriteOfWhichAPartWasSubmittedIsIndeterminateWhenTheRestFails() {
    Proposal[] many = new Proposal[LIMITS.entryCommandsMax() + 1];
    java.util.Arrays.setAll(many, i -> put(1));
    PendingWrite write = accepted(many);
    assertThat(submitted).hasSize(1);
    StoreException notLeader = new UnavailableException(Reason.NOT_LEADER, "led elsewhere");
    queue.failWaiting(notLeader);

    assertThat(failure(write)).isInstanceOf(IndeterminateException.class);
  }

  @Test
  void stampsNeverRunBackwards() {
    accepted(put(1));
    clock.suspend(-TimeUnit.HOURS.toMillis(1));
    applied(0);
    accepted(put(1));

    assertThat(submitted.get(1).stampMicros())
        .isGreaterThanOrEqualTo(submitted.get(0).stampMicros());
  }
}
