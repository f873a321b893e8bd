package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.StateSnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which epoch of range and members a replica has come to, as of the last applied entry. Written by
 * the apply thread, read by any.
 */
final class Shape {
  private static final Logger log = LoggerFactory.getLogger(Shape.class);

  private final PartitionId partition;
  private final ReplicaStateMachine machine;
  private final Parenthood parenthood;
  private volatile long epoch;
  private volatile long changedAt;

  Shape(PartitionId partition, ReplicaStateMachine machine, Parenthood parenthood) {
    this.partition = partition;
    this.machine = machine;
    this.parenthood = parenthood;
  }

  /** 0 for the meta group. */
  long epoch() {
    return epoch;
  }

  /**
   * Refuses who has an old map, whoever leads: it may not know the node that it would be sent to.
   */
  void requireCurrent(long requestEpoch) {
    if (requestEpoch < epoch) {
      throw new UnavailableException(Reason.STALE_EPOCH, partition + " is at epoch " + epoch);
    }
  }

  /** Whether it answers nobody, since another partition is about to absorb it (M). */
  boolean isFrozen() {
    return epoch == StateSnapshot.NO_EPOCH;
  }

  /**
   * The last index at which its range may have changed: a checkpoint that is older would have who
   * is filled with it make that change once more.
   */
  long changedAt() {
    return changedAt;
  }

  void opened(ApplyContext applied) {
    refresh();
    changedAt = applied.index();
  }

  /** Called by the apply thread after the entry: whoever asks from now on is told so. */
  void applied(ApplyContext context, Command command) {
    if (command instanceof Command.Split split) {
      changedAt = context.index();
      parenthood.splitApplied(context, split.operation()).ifPresent(after -> epoch = after);
    } else if (command instanceof MergeCommand step && !(step instanceof MergeCommand.Take)) {
      changed(context, step.getClass().getSimpleName() + " of merge " + step.merge());
    } else if (command instanceof Command.SetMembers) {
      refresh();
      log.info("partition={} index={} epoch={} members changed", partition, context.index(), epoch);
    } else if (command instanceof Command.Trim) {
      changedAt = context.index();
    }
  }

  private void changed(ApplyContext context, String what) {
    changedAt = context.index();
    refresh();
    log.info(
        "partition={} term={} index={} epoch={} step={}",
        partition,
        context.term(),
        context.index(),
        epoch,
        what);
  }

  private void refresh() {
    machine.withState(
        state -> {
          try (var snapshot = state.snapshot()) {
            epoch = snapshot.epoch();
          }
          return true;
        });
  }
}
