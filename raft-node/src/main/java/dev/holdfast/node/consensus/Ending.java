package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * How a replica ends: with its node, because it leaves, because its group has expelled it, or
 * because what it has on disk is wrong. None is taken back: if the partition is to have a replica
 * on this node again, that is another one.
 *
 * <p>Any thread.
 */
final class Ending {
  /** Those who wait for the replica. */
  interface Callers {
    /** Fails what is not in the log yet; nothing more comes. */
    void refuseQueued();

    /** Fails all others: they learn nothing here any more. */
    void failAll();
  }

  private final PartitionId partition;
  private final Callers callers;
  private volatile boolean stopping;
  private volatile boolean leaving;
  private volatile boolean expelled;
  private volatile boolean damaged;

  Ending(PartitionId partition, Callers callers) {
    this.partition = partition;
    this.callers = callers;
  }

  /** With its node, which answers what it has promised to answer. */
  void stop() {
    stopping = true;
    callers.refuseQueued();
  }

  /** While the node goes on: nobody waits here any longer. */
  void leave() {
    leaving = true;
    stop();
    callers.failAll();
  }

  /** Its group goes on without this node, and has stopped here. */
  void expel() {
    expelled = true;
    leave();
  }

  /** What it has on disk is wrong; to be followed by {@link #leave} once its state is closed. */
  void setAside() {
    damaged = true;
  }

  /** Whether nothing new comes in. */
  boolean hasBegun() {
    return stopping || damaged;
  }

  /** Whether the node goes on without it. */
  boolean isLeaving() {
    return leaving || damaged;
  }

  boolean isExpelled() {
    return expelled;
  }

  boolean isDamaged() {
    return damaged;
  }

  /** Whether it takes no part in its group any more, which goes on elsewhere. */
  boolean isOver() {
    return expelled || damaged;
  }

  /**
   * Why this replica does not serve a request that only a leader can.
   *
   * @param leader as far as it knows
   */
  StoreException refusal(@Nullable NodeId leader) {
    if (isLeaving()) {
      return new UnavailableException(Reason.NOT_HOSTED, partition + " has left this node");
    }
    if (stopping) {
      return new UnavailableException(Reason.STOPPING, "the node is stopping", leader);
    }
    return new UnavailableException(Reason.NOT_LEADER, partition + " is led elsewhere", leader);
  }
}
