package dev.holdfast.node.control;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.spi.TransactionCounts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The meta group's state machine, telling when there is something new for its controller to do. */
final class WatchedStateMachine implements ReplicatedStateMachine {
  private final ReplicatedStateMachine machine;
  private final Runnable changed;

  private WatchedStateMachine(ReplicatedStateMachine machine, Runnable changed) {
    this.machine = machine;
    this.changed = changed;
  }

  /**
   * @param changed called by the apply thread after the entry: must not block
   */
  static StateMachineFactory watch(StateMachineFactory factory, Runnable changed) {
    return new StateMachineFactory() {
      @Override
      public ReplicatedStateMachine open(ClusterMap.Partition partition, Path directory) {
        return new WatchedStateMachine(factory.open(partition, directory), changed);
      }

      @Override
      public void verify(Path file) {
        factory.verify(file);
      }

      @Override
      public Optional<ClusterMap.Partition> seededFor(Path directory) {
        return factory.seededFor(directory);
      }
    };
  }

  @Override
  public List<Result> apply(ApplyContext context, LogEntry entry) {
    List<Result> results = machine.apply(context, entry);
    for (Proposal proposal : entry.proposals()) {
      if (makesWork(proposal.command())) {
        changed.run();
        break;
      }
    }
    return results;
  }

  /** The end of a split does, for tables whose creation or deletion waits for it. */
  private static boolean makesWork(Command command) {
    return command instanceof MetaCommand.CreateTable
        || command instanceof MetaCommand.DeleteTable
        || command instanceof MetaCommand.BeginSplit
        || command instanceof MetaCommand.FinishSplit
        || command instanceof MetaCommand.AbandonSplit
        || command instanceof MetaCommand.Membership;
  }

  @Override
  public ApplyContext applied() {
    return machine.applied();
  }

  @Override
  public ClusterMap.Partition partition() {
    return machine.partition();
  }

  @Override
  public @Nullable PartitionId givenAway() {
    return machine.givenAway();
  }

  @Override
  public void flush() {
    machine.flush();
  }

  @Override
  public long stampMicros() {
    return machine.stampMicros();
  }

  @Override
  public Bytes digest() {
    return machine.digest();
  }

  @Override
  public @Nullable Bytes digestAt(long index) {
    return machine.digestAt(index);
  }

  @Override
  public StateSnapshot snapshot() {
    return machine.snapshot();
  }

  @Override
  public ApplyContext checkpoint(Path directory) {
    return machine.checkpoint(directory);
  }

  @Override
  public TransactionCounts transactionCounts() {
    return machine.transactionCounts();
  }

  @Override
  public @Nullable Bytes middleKey() {
    return machine.middleKey();
  }

  @Override
  public long approximateBytes() {
    return machine.approximateBytes();
  }

  @Override
  public List<String> files() {
    return machine.files();
  }

  @Override
  public long verify(String file) {
    return machine.verify(file);
  }

  @Override
  public void close() {
    machine.close();
  }
}
