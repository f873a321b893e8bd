package dev.holdfast.node.consensus;

import dev.holdfast.statemachine.spi.ApplyContext;
import java.util.concurrent.TimeUnit;

/**
 * When the child of a split takes its first checkpoint: when its leader sees that all voters have
 * gone on from the seed, or after a while. Once there is a later one, Ratis sends that to who is
 * late, not the log.
 *
 * <p>One thread.
 */
final class OwedCheckpoint {
  /** Who is later than this is sent the child's checkpoint. */
  private static final long OWING_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  private final ReplicaStateMachine machine;
  private final Leadership leadership;
  private long owingSinceNanos;

  OwedCheckpoint(ReplicaStateMachine machine, Leadership leadership) {
    this.machine = machine;
    this.leadership = leadership;
  }

  /** Asks Ratis for it when it is time; does nothing in a replica that owes none. */
  void takeIfDue(RaftMember member, long nowNanos) {
    if (!machine.owesCheckpoint()) {
      return;
    }
    if (owingSinceNanos == 0) {
      owingSinceNanos = nowNanos;
    }
    if (haveAllGoneOn(member) || nowNanos - owingSinceNanos > OWING_NANOS_MAX) {
      member.requestSnapshot();
    }
  }

  private boolean haveAllGoneOn(RaftMember member) {
    return leadership.isLeader()
        && member.others().stream()
            .allMatch(node -> machine.commitNews().matchIndex(node) > ApplyContext.SEED.index());
  }
}
