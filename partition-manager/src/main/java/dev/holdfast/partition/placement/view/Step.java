package dev.holdfast.partition.placement.view;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;

/**
 * One change of one partition, planned or in progress (invariant 10: one at a time).
 *
 * <p>A replica is replaced by two steps in this order, {@link AddReplica} and {@link
 * RemoveReplica}, so there are never fewer live voters than before.
 */
public sealed interface Step {
  /** The partition it changes; of a merge the left one, which survives. */
  PartitionId partition();

  <R> R dispatch(Handler<R> handler);

  /**
   * The keys from {@code key} on become a partition of their own, led from where the parent is led.
   */
  record Split(PartitionId partition, Bytes key) implements Step {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.split(this);
    }
  }

  /** {@code left} takes over the keys of {@code right}, its neighbour, which ceases to be. */
  record Merge(PartitionId left, PartitionId right) implements Step {
    @Override
    public PartitionId partition() {
      return left;
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.merge(this);
    }
  }

  /** Another voter leads. */
  record TransferLeader(PartitionId partition, NodeId to) implements Step {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.transferLeader(this);
    }
  }

  /** The node becomes a listener, catches up, and only then a voter, last in the list of them. */
  record AddReplica(PartitionId partition, NodeId node) implements Step {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.addReplica(this);
    }
  }

  /** The node, which does not lead, is no longer a voter. */
  record RemoveReplica(PartitionId partition, NodeId node) implements Step {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.removeReplica(this);
    }
  }

  /** Decides about each kind of step. */
  interface Handler<R> {
    R split(Split step);

    R merge(Merge step);

    R transferLeader(TransferLeader step);

    R addReplica(AddReplica step);

    R removeReplica(RemoveReplica step);
  }
}
