package dev.holdfast.node.transaction;

import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.AttemptId;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real partition in memory, whose leader's clock is off by a fixed time. */
final class SimulatedPartition {
  private final SimulatedWorld world;
  private final ClusterMap.Partition partition;
  private final long skewMicros;
  private final ReplicatedStateMachine replica;
  private final Map<AttemptId, Long> preparedAt = new HashMap<>();
  private final Map<String, Long> carriedOutAt = new HashMap<>();
  private final Map<String, AttemptId> committed = new HashMap<>();
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
    Result result = replica.apply(new ApplyContext(1, ++index), entry).get(0);
    if (result instanceof Result.Transacted) {
      note(command);
    }
    return result;
  }

  private void note(Command command) {
    if (command instanceof TransactionCommand.Prepare prepare) {
      preparedAt.putIfAbsent(prepare.attempt().id(), index);
    } else if (command instanceof TransactionCommand.Decide decide) {
      String token = text(decide.attempt().token());
      carriedOutAt.putIfAbsent(token, index);
      committed.putIfAbsent(token, decide.attempt().id());
    } else if (command instanceof TransactionCommand.Transact transact) {
      carriedOutAt.putIfAbsent(text(transact.token()), index);
    }
  }

  private static String text(@Nullable ClientToken token) {
    return token == null ? "" : token.text();
  }

  /** The last index applied. */
  long index() {
    return index;
  }

  /** The attempt at a request that this partition, as its home, has committed; null if none. */
  @Nullable AttemptId committed(String token) {
    return committed.get(token);
  }

  /** From which index on whoever reads here sees the request's changes; 0 if it has none here. */
  long seenFrom(String token, @Nullable AttemptId committedAttempt) {
    Long here = carriedOutAt.get(token);
    if (here != null) {
      return here;
    }
    return committedAttempt == null ? 0 : preparedAt.getOrDefault(committedAttempt, 0L);
  }

  List<ReadResult> read(List<Read> reads) {
    try (StateSnapshot snapshot = replica.snapshot()) {
      return reads.stream().map(read -> snapshot.read(read, KnownOutcomes.NONE_CARED_FOR)).toList();
    }
  }
}
