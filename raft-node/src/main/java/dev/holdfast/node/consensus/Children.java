package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import java.util.Collection;
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

  /**
   * Sets a replica of this node aside, which is damaged: it answers nobody from now on, and is
   * closed soon.
   *
   * @param members of its group
   * @return false when this node is the only member, and nothing was done
   */
  boolean setAside(Replica damaged, Collection<NodeId> members, String reason);

  /** Opens a replica again that Ratis has stopped, and that is still a member of its group. */
  void reopen(PartitionId partition);
}
