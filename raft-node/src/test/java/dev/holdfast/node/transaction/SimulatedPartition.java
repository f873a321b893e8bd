package dev.holdfast.node.transaction;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.PartitionStateMachines;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.Seeds;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.nio.file.Path;
import java.util.List;

/** A real partition in memory, whose leader's clock is off by a fixed time. */
final class SimulatedPartition {
  private final SimulatedWorld world;
  private final ClusterMap.Partition partition;
  private final long skewMicros;
  private final ReplicatedStateMachine replica;
  private long index;
  private long stampMicros;

  SimulatedPartition(SimulatedWorld world, ClusterMap.Partition partition, long skewMicros) {
    this.world = world;
    this.partition = partition;
    this.skewMicros = skewMicros;
    ReplicaOptions options =
        new ReplicaOptions(
            WindowLimits.DEFAULT,
            IllegalStateException::new,
            (id, entry, proposed, own) -> {
              throw new AssertionError("digests differ at " + entry);
            },
            Seeds.NONE);
    this.replica = PartitionStateMachines.inMemory(options).open(partition, Path.of("nowhere"));
    apply(new RequestId(0, 0), new Command.InstallTable(SimulatedLists.TABLE), true);
  }

  ClusterMap.Partition partition() {
    return partition;
  }

  /** In an entry of its own, stamped now by this partition's clock. */
  Result apply(RequestId id, Command command, boolean finalAttempt) {
    stampMicros = Math.max(stampMicros, world.nowMicros() + skewMicros);
    Proposal proposal = new Proposal(id, Proposal.STAMP_UNKNOWN, finalAttempt, command);
    LogEntry entry = new LogEntry(stampMicros, List.of(proposal));
    return replica.apply(new ApplyContext(1, ++index), entry).get(0);
  }

  List<ReadResult> read(List<Read> reads) {
    try (StateSnapshot snapshot = replica.snapshot()) {
      return reads.stream().map(read -> snapshot.read(read, KnownOutcomes.NONE_CARED_FOR)).toList();
    }
  }
}
