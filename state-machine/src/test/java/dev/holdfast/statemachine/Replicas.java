package dev.holdfast.statemachine;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.Seeds;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.table.TableWorkload;
import java.nio.file.Path;
import java.util.List;

/** Replicas for tests; a fault or a differing digest fails the test. */
public final class Replicas {
  private Replicas() {}

  public static ReplicaOptions options(WindowLimits limits) {
    return new ReplicaOptions(
        limits,
        IllegalStateException::new,
        (partition, index, proposed, own) -> {
          throw new AssertionError("digests differ at " + index);
        },
        Seeds.NONE);
  }

  public static ClusterMap.Partition partition(KeyRange range) {
    return new ClusterMap.Partition(new PartitionId(1), 1, range, List.of(new NodeId("n1")));
  }

  public static ReplicatedStateMachine inMemory(KeyRange range) {
    return inMemory().open(partition(range), Path.of("nowhere"));
  }

  private static StateMachineFactory inMemory() {
    return PartitionStateMachines.inMemory(options(WindowLimits.DEFAULT));
  }

  public static ReplicatedStateMachine inMemoryWithTable() {
    return withTable(inMemory());
  }

  /** A replica of the whole keyspace that has applied one entry. */
  public static ReplicatedStateMachine withTable(StateMachineFactory factory) {
    ReplicatedStateMachine replica = factory.open(partition(KeyRange.ALL), Path.of("nowhere"));
    replica.apply(
        new ApplyContext(1, 1),
        new LogEntry(
            1,
            List.of(
                new Proposal(
                    new RequestId(0, 0),
                    0,
                    false,
                    new Command.InstallTable(TableWorkload.TABLE)))));
    return replica;
  }
}
