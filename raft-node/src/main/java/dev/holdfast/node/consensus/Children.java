package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import org.jspecify.annotations.Nullable;

/**
 * What a replica needs of its node when its partition is split or merged. Any thread; never blocks.
 */
interface Children {
  /**
   * The seed of a child is on this node's disk, and the parent's batch is committed (S2).
   *
   * @param parent to be made durable before the child goes on by itself
   * @param mayAnswerAtOnce whether this node may lead the child without a wait (S4): it leads the
   *     parent, in the term of the split, with its own wait over and its lease in force
   */
  void born(ReplicaStateMachine parent, SplitOperation operation, boolean mayAnswerAtOnce);

  /** Whether the child's replica here has applied an entry, which is thus committed (S3). */
  boolean isSettled(PartitionId child);

  /** This node's replica of another partition; null when it has none. */
  @Nullable ReplicaStateMachine machineOf(PartitionId partition);

  /** Opens a replica again that Ratis has stopped, and that is still a member of its group. */
  void reopen(PartitionId partition);
}
