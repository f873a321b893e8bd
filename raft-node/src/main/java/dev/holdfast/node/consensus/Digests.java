package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.spi.ApplyContext;
import org.jspecify.annotations.Nullable;

/**
 * The running digests of a replica's state: has the leader propose its own now and then, for all
 * replicas to compare (design section 4).
 */
final class Digests {
  private final ReplicaStateMachine machine;
  private final Leadership leadership;
  private final OwnWrites own;
  private volatile boolean due;

  Digests(ReplicaStateMachine machine, Leadership leadership, OwnWrites own) {
    this.machine = machine;
    this.leadership = leadership;
    this.own = own;
  }

  /** Has the digest after the next entry compared by all replicas. */
  void verify() {
    due = true;
  }

  /** Called by the apply thread, so that index and digest belong together. */
  void applied(ApplyContext context) {
    if (!due) {
      return;
    }
    due = false;
    if (!leadership.leads(context.term()) || leadership.isPassingOn()) {
      return;
    }
    machine
        .withState(state -> new Command.VerifyDigest(context.index(), state.digest()))
        .ifPresent(command -> own.propose(own.of(command)));
  }

  /** Null when it is not known any more, or not yet. */
  @Nullable Bytes at(long index) {
    return machine.withState(state -> state.digestAt(index)).orElse(null);
  }
}
