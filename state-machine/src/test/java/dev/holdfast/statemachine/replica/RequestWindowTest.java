package dev.holdfast.statemachine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exactly once (invariant 7; replication.md E1, E2), on a decider that counts. */
class RequestWindowTest {
  private static final Bytes COUNTER = KeyLayout.start(KeyLayout.META_FIRST);
  private static final ClusterMap.Partition PARTITION =
      new ClusterMap.Partition(new PartitionId(7), 3, KeyRange.ALL, List.of(new NodeId("n1")));

  /** Counting; forgetting table 0 is refused retryably, forgetting table 1 fails. */
  private static final Decider COUNTING =
      (state, context, command) -> {
        long table = ((MetaCommand.ForgetTable) command).table().value();
        if (table == 0) {
          return Decision.reject(new Rejection.WrongPartition());
        }
        if (table == 1) {
          throw new IllegalStateException("a bug");
        }
        int count = count(state) + 1;
        return new Decision(
            List.of(new Effect.Put(COUNTER, Bytes.wrap(new byte[] {(byte) count}))),
            new Result.Rejected(new Rejection.Invalid("count " + count)));
      };

  private static final Command COUNT = new MetaCommand.ForgetTable(new TableId(9));
  private static final Command REFUSED = new MetaCommand.ForgetTable(new TableId(0));
  private static final Command FAILING = new MetaCommand.ForgetTable(new TableId(1));

  @TempDir Path directory;
  private final List<String> faults = new ArrayList<>();
  private final List<Long> differingDigests = new ArrayList<>();
  private long index;

  @Test
  void aRetryReturnsTheFirstResultAndChangesNothing() {
    ReplicatedStateMachine replica = open(WindowLimits.DEFAULT);

    assertThat(apply(replica, 10, proposal(1, COUNT))).containsExactly(counted(1));
    assertThat(apply(replica, 20, proposal(1, COUNT))).containsExactly(counted(1));
    assertThat(apply(replica, 30, proposal(2, COUNT))).containsExactly(counted(2));
  }

  @Test
  void aRepetitionInTheSameEntryReturnsTheFirstResult() {
    ReplicatedStateMachine replica = open(WindowLimits.DEFAULT);

    assertThat(apply(replica, 10, proposal(1, COUNT), proposal(1, COUNT), proposal(2, COUNT)))
        .containsExactly(counted(1), counted(1), counted(2));
  }

  @Test
  void aRetryableRejectionIsRememberedOnlyWhenTheAttemptIsFinal() {
    ReplicatedStateMachine replica = open(WindowLimits.DEFAULT);
    Result refused = new Result.Rejected(new Rejection.WrongPartition());

    assertThat(apply(replica, 10, proposal(1, REFUSED))).containsExactly(refused);
    assertThat(apply(replica, 20, proposal(1, COUNT))).containsExactly(counted(1));
    assertThat(apply(replica, 30, new Proposal(id(2), 0, true, REFUSED))).containsExactly(refused);
    assertThat(apply(replica, 40, proposal(2, COUNT))).containsExactly(refused);
  }

  @Test
  void aRetryWhoseIdWasEvictedByCountIsIndeterminateAndNotApplied() {
    ReplicatedStateMachine replica = open(new WindowLimits(Duration.ofMinutes(10), 2, 1 << 20));
    apply(replica, 10, carrying(5, 1));
    apply(replica, 20, carrying(15, 2));
    apply(replica, 30, carrying(25, 3)); // evicts request 1; the floor is 10

    Result indeterminate = new Result.Rejected(new Rejection.Indeterminate());
    assertThat(apply(replica, 40, carrying(5, 1))).containsExactly(indeterminate);
    assertThat(apply(replica, 41, carrying(10, 4))).containsExactly(indeterminate);
    assertThat(apply(replica, 42, carrying(11, 4))).containsExactly(counted(4));
    assertThat(apply(replica, 43, carrying(25, 3))).containsExactly(counted(3));
    assertThat(apply(replica, 44, carrying(Proposal.STAMP_UNKNOWN, 5)))
        .containsExactly(indeterminate);
  }

  @Test
  void evictionByTimeLeavesRoomForRequestsOfUnknownAge() {
    long window = Duration.ofSeconds(1).toNanos() / 1_000;
    ReplicatedStateMachine replica = open(new WindowLimits(Duration.ofSeconds(1), 100, 1 << 20));
    apply(replica, 10, carrying(Proposal.STAMP_UNKNOWN, 1));
    apply(replica, window + 10, carrying(Proposal.STAMP_UNKNOWN, 2));
    assertThat(apply(replica, window + 10, carrying(0, 1))).containsExactly(counted(1));

    assertThat(apply(replica, window + 11, carrying(9, 1)))
        .containsExactly(new Result.Rejected(new Rejection.Indeterminate()));
    assertThat(apply(replica, window + 12, carrying(Proposal.STAMP_UNKNOWN, 3)))
        .containsExactly(counted(3));
  }

  @Test
  void evictionByBytesKeepsTheNewestEntry() {
    ReplicatedStateMachine replica = open(new WindowLimits(Duration.ofMinutes(10), 100, 1));
    apply(replica, 10, carrying(5, 1));
    apply(replica, 20, carrying(15, 2));

    assertThat(apply(replica, 30, carrying(15, 2))).containsExactly(counted(2));
    assertThat(apply(replica, 40, carrying(5, 1)))
        .containsExactly(new Result.Rejected(new Rejection.Indeterminate()));
  }

  @Test
  void theWindowAndItsFloorTravelWithACheckpoint() {
    WindowLimits limits = new WindowLimits(Duration.ofMinutes(10), 2, 1 << 20);
    ReplicatedStateMachine replica = open(limits);
    for (int request = 1; request <= 4; request++) {
      long stamp = 10L * request;
      apply(replica, stamp, carrying(stamp - 5, request));
    }
    assertThat(replica.checkpoint(directory.resolve("checkpoint")))
        .isEqualTo(new ApplyContext(1, index));

    ReplicatedStateMachine restored =
        factory(limits).open(PARTITION, directory.resolve("checkpoint"));

    assertThat(restored.applied()).isEqualTo(replica.applied());
    assertThat(restored.digest()).isEqualTo(replica.digest());
    assertThat(apply(restored, 50, carrying(35, 4))).containsExactly(counted(4));
    assertThat(apply(restored, 60, carrying(15, 2)))
        .containsExactly(new Result.Rejected(new Rejection.Indeterminate()));
  }

  @Test
  void stampsNeverRunBackwards() {
    ReplicatedStateMachine replica = open(WindowLimits.DEFAULT);
    apply(replica, 100, proposal(1, COUNT));
    apply(replica, 50, proposal(2, COUNT));

    assertThat(replica.stampMicros()).isEqualTo(100);
  }

  @Test
  void anEntryIsAppliedOnce() {
    ReplicatedStateMachine replica = open(WindowLimits.DEFAULT);
    apply(replica, 10, proposal(1, COUNT));

    assertThatThrownBy(() -> replica.apply(new ApplyContext(1, index), new LogEntry(20, List.of())))
        .isInstanceOf(IllegalStateException.class);
    assertThat(faults).isEmpty();
  }

  @Test
  void aDeciderThatFailsIsAFaultAndCommitsNothing() {
    ReplicatedStateMachine replica = open(WindowLimits.DEFAULT);
    Bytes before = replica.digest();

    assertThatThrownBy(() -> apply(replica, 10, proposal(1, COUNT), proposal(2, FAILING)))
        .hasMessage("halted");
    assertThat(faults).containsExactly("partition=p7 cannot apply entry 1: a bug");
    assertThat(replica.digest()).isEqualTo(before);
    assertThat(replica.applied()).isEqualTo(new ApplyContext(0, 0));
  }

  @Test
  void aDifferingDigestIsReportedAndAnEqualOrForgottenOneIsNot() {
    ReplicatedStateMachine replica = open(WindowLimits.DEFAULT);
    apply(replica, 10, proposal(1, COUNT));
    Bytes digest = replica.digest();

    assertThat(apply(replica, 20, proposal(2, new Command.VerifyDigest(1, digest))))
        .containsExactly(new Result.Done());
    apply(replica, 30, proposal(3, new Command.VerifyDigest(99, digest)));
    assertThat(differingDigests).isEmpty();
    apply(replica, 40, proposal(4, new Command.VerifyDigest(2, digest)));
    assertThat(differingDigests).containsExactly(2L);
  }

  @Test
  void aDirectoryOfAnotherPartitionIsRefused() {
    ReplicatedStateMachine replica = open(WindowLimits.DEFAULT);
    replica.checkpoint(directory.resolve("checkpoint"));
    ClusterMap.Partition other =
        new ClusterMap.Partition(new PartitionId(8), 1, KeyRange.ALL, List.of());

    assertThatThrownBy(
            () -> factory(WindowLimits.DEFAULT).open(other, directory.resolve("checkpoint")))
        .isInstanceOf(StorageException.class)
        .hasMessage("this directory holds partition p7, not p8");
  }

  private ReplicatedStateMachine open(WindowLimits limits) {
    return factory(limits).open(PARTITION, directory.resolve("store"));
  }

  private ReplicaFactory factory(WindowLimits limits) {
    ReplicaOptions options =
        new ReplicaOptions(
            limits,
            (message, cause) -> {
              faults.add(message);
              return new IllegalStateException("halted", cause);
            },
            (partition, at, proposed, own) -> differingDigests.add(at),
            Seeds.NONE);
    return new ReplicaFactory(
        MemoryKeyValueStore::open,
        COUNTING,
        (snapshot, partition, read) -> {
          throw new UnsupportedOperationException();
        },
        options);
  }

  private List<Result> apply(
      ReplicatedStateMachine replica, long stampMicros, Proposal... proposals) {
    return replica.apply(
        new ApplyContext(1, ++index), new LogEntry(stampMicros, List.of(proposals)));
  }

  private static Proposal proposal(int id, Command command) {
    return new Proposal(id(id), 0, false, command);
  }

  private static Proposal carrying(long stampMicros, int id) {
    return new Proposal(id(id), stampMicros, false, COUNT);
  }

  private static RequestId id(int id) {
    return new RequestId(1, id);
  }

  private static Result counted(int count) {
    return new Result.Rejected(new Rejection.Invalid("count " + count));
  }

  private static int count(KeyValueReader state) {
    Bytes row = state.get(COUNTER);
    return row == null ? 0 : row.get(0);
  }
}
