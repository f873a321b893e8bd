package dev.holdfast.protocol.rpc;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node's view of itself.
 *
 * @param ready whether it serves strong reads and writes through a known leader of every partition
 */
public record NodeStatus(NodeId node, boolean ready, List<Replica> replicas) {
  /** The part a replica plays. */
  public enum Role {
    LEADER,
    FOLLOWER,
    CANDIDATE,
    LISTENER,
    /** None: what is on its disk is damaged; the node waits to be given another one. */
    DAMAGED
  }

  /**
   * One replica.
   *
   * @param leader as far as this replica knows
   * @param bytes approximate size of its data on disk
   * @param readsPerSecond and {@code writesPerSecond}: one-minute averages of operations served
   */
  public record Replica(
      PartitionId partition,
      long epoch,
      Role role,
      @Nullable NodeId leader,
      long term,
      long commitIndex,
      long appliedIndex,
      long bytes,
      double readsPerSecond,
      double writesPerSecond) {}

  public NodeStatus {
    replicas = List.copyOf(replicas);
  }
}
