package dev.holdfast.node.consensus;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a replica does for the children of its partition (replication.md S): has them started, and
 * once they are safe deletes what is theirs.
 */
final class Parenthood {
  private static final Logger log = LoggerFactory.getLogger(Parenthood.class);

  private final PartitionId partition;
  private final ReplicaStateMachine machine;
  private final Leadership leadership;
  private final Lease lease;
  private final Children children;
  private final Function<Command, CompletableFuture<PendingWrite.Outcome>> propose;
  private volatile boolean trimming;

  /**
   * @param propose has this replica, which leads, propose a command of the store's own
   */
  Parenthood(
      PartitionId partition,
      ReplicaStateMachine machine,
      Leadership leadership,
      Lease lease,
      Children children,
      Function<Command, CompletableFuture<PendingWrite.Outcome>> propose) {
    this.partition = partition;
    this.machine = machine;
    this.leadership = leadership;
    this.lease = lease;
    this.children = children;
    this.propose = propose;
  }

  /**
   * Called by the apply thread after the entry, whose batch is committed.
   *
   * @return the partition's epoch from now on; empty if the split was refused
   */
  OptionalLong splitApplied(ApplyContext context, SplitOperation operation) {
    ClusterMap.Partition now = machine.withState(ReplicatedStateMachine::partition).orElseThrow();
    if (!now.equals(operation.left())) {
      return OptionalLong.empty();
    }
    boolean leads = leadership.leads(context.term()); // read after the batch was committed (S4)
    boolean mayAnswerAtOnce =
        leads && lease.mayAnswer(context.term()) && lease.remainingNanos(context.term()) > 0;
    log.info(
        "partition={} term={} index={} was split, epoch={} child={}",
        partition,
        context.term(),
        context.index(),
        now.epoch(),
        operation.child());
    children.born(machine, operation, mayAnswerAtOnce);
    return OptionalLong.of(now.epoch());
  }

  /** S3, S5: told now and then. */
  void trimIfDue() {
    if (trimming || leadership.readyTerm() == 0 || leadership.isPassingOn()) {
      return;
    }
    Optional<PartitionId> child = machine.withState(ReplicatedStateMachine::givenAway);
    Optional<ClusterMap.Partition> parent = machine.withState(ReplicatedStateMachine::partition);
    if (child.isEmpty() || parent.isEmpty() || !children.isSettled(child.get())) {
      return;
    }
    trimming = true;
    Futures.whenEnded(
        propose.apply(new Command.Trim(parent.get().epoch())), (done, failure) -> trimming = false);
  }
}
