package dev.holdfast.node.control;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.spi.TransactionCounts;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The meta group's state machine, telling when a table was created or is to be deleted. */
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
    return (partition, directory) ->
        new WatchedStateMachine(factory.open(partition, directory), changed);
  }

  @Override
  public List<Result> apply(ApplyContext context, LogEntry entry) {
    List<Result> results = machine.apply(context, entry);
    for (Proposal proposal : entry.proposals()) {
      Command command = proposal.command();
      if (command instanceof MetaCommand.CreateTable
          || command instanceof MetaCommand.DeleteTable) {
        changed.run();
        break;
      }
    }
    return results;
  }

  @Override
  public ApplyContext applied() {
    return machine.applied();
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
  public long approximateBytes() {
    return machine.approximateBytes();
  }

  @Override
  public void close() {
    machine.close();
  }
}
