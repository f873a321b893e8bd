package dev.holdfast.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.Seeds;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionReader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A partition's members and epoch in its log (replication.md S6, decision 0023). */
@NullUnmarked // set up before each test
class SetMembersTest {
  private static final ClusterMap.Partition BEFORE = Replicas.partition(KeyRange.ALL);
  private static final List<NodeId> AFTER = List.of(new NodeId("n2"), new NodeId("n9"));
  private static final Bytes KEY = Bytes.fromHex("40");

  private ReplicatedStateMachine replica;

  @BeforeEach
  void open() {
    ReplicaOptions options =
        new ReplicaOptions(
            WindowLimits.DEFAULT,
            IllegalStateException::new,
            (partition, index, proposed, own) -> {},
            Seeds.NONE);
    replica =
        new ReplicaFactory(
                MemoryKeyValueStore::open,
                new TransactionDecider(),
                new TransactionReader(),
                options)
            .open(BEFORE, Path.of("no-such-directory"));
  }

  @AfterEach
  void close() {
    replica.close();
  }

  private Result apply(Command command) {
    long index = replica.applied().index() + 1;
    Proposal proposal = new Proposal(new RequestId(1, index), Long.MAX_VALUE, false, command);
    return replica.apply(new ApplyContext(1, index), new LogEntry(index, List.of(proposal))).get(0);
  }

  private static Result refused() {
    return new Result.Rejected(new Rejection.WrongPartition());
  }

  @Test
  void theEpochGrowsWithTheMembersAndACopyChangesNothing() {
    Command change = new Command.SetMembers(BEFORE.epoch(), AFTER);
    ClusterMap.Partition after =
        new ClusterMap.Partition(BEFORE.id(), BEFORE.epoch() + 1, BEFORE.range(), AFTER);

    assertThat(apply(change)).isEqualTo(new Result.Done());
    assertThat(replica.partition()).isEqualTo(after);
    assertThat(apply(change)).isEqualTo(new Result.Done());
    assertThat(replica.partition()).isEqualTo(after);
  }

  @Test
  void anotherEpochIsRefused() {
    assertThat(apply(new Command.SetMembers(BEFORE.epoch() + 1, AFTER))).isEqualTo(refused());
    assertThat(apply(new Command.SetMembers(BEFORE.epoch() - 1, AFTER))).isEqualTo(refused());
    assertThat(replica.partition()).isEqualTo(BEFORE);
  }

  /** S6: a child's peers are those of the entry, so they must be the members. */
  @Test
  void aSplitThatNamesTheOldMembersIsRefusedAndOneThatNamesTheNewIsDone() {
    apply(new Command.SetMembers(BEFORE.epoch(), AFTER));
    PartitionId child = new PartitionId(9);

    assertThat(apply(new Command.Split(new SplitOperation(BEFORE, KEY, child))))
        .isEqualTo(refused());
    SplitOperation now = new SplitOperation(replica.partition(), KEY, child);
    assertThat(apply(new Command.Split(now))).isEqualTo(new Result.Done());
    assertThat(replica.partition()).isEqualTo(now.left());
    assertThat(now.right().replicas()).isEqualTo(AFTER);
  }
}
