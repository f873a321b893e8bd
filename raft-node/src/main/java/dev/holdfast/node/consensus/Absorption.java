package dev.holdfast.node.consensus;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.spi.MergeProgress.Phase;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader of the left partition of a merge does: has its log take what the right one holds,
 * part after part, as this node's own replica of it has them, and then absorb it (decision 0022).
 *
 * <ul>
 *   <li>A replica that is not frozen for this merge, or that had another digest when it was frozen
 *       than the one that was acknowledged, is not read.
 *   <li>Which part comes next stands in the left one's state: whoever leads goes on from there.
 * </ul>
 */
final class Absorption {
  private static final Logger log = LoggerFactory.getLogger(Absorption.class);

  /** One part: what an entry may hold. */
  static final int PART_BYTES = 192 * 1024;

  /**
   * Beyond this a merge is given up. The right one stands still while it is taken: this much takes
   * one to two seconds on two cores that run three nodes, and clients wait for longer than that.
   */
  static final long TAKEN_BYTES_MAX = 32L << 20;

  private final PartitionId partition;
  private final ReplicaStateMachine machine;
  private final Leadership leadership;
  private final Children neighbours;
  private final Function<Command, CompletableFuture<PendingWrite.Outcome>> propose;
  private final Executor executor;
  private final AtomicBoolean underWay = new AtomicBoolean();

  /**
   * @param propose has this replica, which leads, propose a command of the store's own
   * @param executor reads rows
   */
  Absorption(
      PartitionId partition,
      ReplicaStateMachine machine,
      Leadership leadership,
      Children neighbours,
      Function<Command, CompletableFuture<PendingWrite.Outcome>> propose,
      Executor executor) {
    this.partition = partition;
    this.machine = machine;
    this.leadership = leadership;
    this.neighbours = neighbours;
    this.propose = propose;
    this.executor = executor;
  }

  /** Told now and then. */
  void goOnIfDue() {
    if (underWay.get() || leadership.readyTerm() == 0 || leadership.isPassingOn()) {
      return;
    }
    if (gathering().isPresent() && underWay.compareAndSet(false, true)) {
      step();
    }
  }

  private Optional<MergeProgress> gathering() {
    return machine
        .withState(ReplicatedStateMachine::merge)
        .filter(progress -> progress.phase() == Phase.GATHERING);
  }

  private void step() {
    try {
      executor.execute(
          () -> {
            Optional<MergeCommand> next;
            try {
              next = gathering().flatMap(this::next);
            } catch (RuntimeException e) {
              log.debug("partition={} cannot take rows yet: {}", partition, e.toString());
              next = Optional.empty();
            }
            if (next.isEmpty()) {
              underWay.set(false); // looked at again at the next tick
              return;
            }
            Futures.whenEnded(
                propose.apply(next.get()),
                (done, failure) -> {
                  if (failure == null) {
                    step();
                  } else {
                    underWay.set(false);
                  }
                });
          });
    } catch (RejectedExecutionException e) {
      underWay.set(false); // the node is stopping
    }
  }

  private Optional<MergeCommand> next(MergeProgress progress) {
    if (progress.takenBytes() > TAKEN_BYTES_MAX) {
      log.warn(
          "partition={} merge={} is given up: {} holds more than {} bytes",
          partition,
          progress.operation().id(),
          progress.operation().right().id(),
          TAKEN_BYTES_MAX);
      return Optional.of(new MergeCommand.Cancel(progress.operation()));
    }
    ReplicaStateMachine right = neighbours.machineOf(progress.operation().right().id());
    return right == null
        ? Optional.empty()
        : right.withState(state -> nextOf(progress, state)).flatMap(next -> next);
  }

  private Optional<MergeCommand> nextOf(MergeProgress progress, ReplicatedStateMachine right) {
    MergeOperation operation = progress.operation();
    MergeProgress frozen = right.merge();
    if (frozen == null
        || frozen.phase() != Phase.FROZEN
        || frozen.operation().id() != operation.id()) {
      return Optional.empty(); // it has not heard of it yet
    }
    if (!frozen.digest().equals(progress.digest())) {
      log.error(
          "partition={} the replica of {} differs from the others and is not read",
          partition,
          operation.right().id());
      return Optional.empty();
    }
    List<MergeCommand.Row> rows = right.frozenRows(operation.id(), progress.after(), PART_BYTES);
    return Optional.of(
        rows.isEmpty()
            ? new MergeCommand.Absorb(
                operation.id(), progress.after(), frozen.stampMicros(), frozen.floorMicros())
            : new MergeCommand.Take(operation.id(), progress.after(), rows));
  }
}
