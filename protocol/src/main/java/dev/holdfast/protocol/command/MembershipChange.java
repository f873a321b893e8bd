package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MetaCommand.Membership} changes. All are idempotent: a copy finds nothing to do, or
 * is refused. A refusal is {@code Invalid} with a sentence for a person, and changes nothing.
 */
public sealed interface MembershipChange {
  <R> R dispatch(Handler<R> handler);

  /**
   * A node joins; done also when it is there already, the same in every respect. Rejected when the
   * id or an address is another node's.
   *
   * @param clusterId of the cluster that it means to join; checked before it is proposed
   */
  record AddNode(ClusterMap.Node node, String clusterId) implements MembershipChange {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.addNode(this);
    }
  }

  /**
   * A node is to be emptied. Rejected when the nodes that stay are fewer than the replicas that a
   * partition is to have. Moves that would add it are given up.
   */
  record DecommissionNode(NodeId node) implements MembershipChange {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.decommissionNode(this);
    }
  }

  /** A node that was to be emptied is not. */
  record RecommissionNode(NodeId node) implements MembershipChange {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.recommissionNode(this);
    }
  }

  /** Forgets a node. Rejected unless it is decommissioned and no partition names it. */
  record RemoveNode(NodeId node) implements MembershipChange {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.removeNode(this);
    }
  }

  /**
   * Decides to change a partition's members; answered with {@link Result.MoveBegun}. Rejected when
   * there is no such partition or node, when the partition has another epoch, when something is in
   * progress on it, and when fewer replicas would be left than a partition is to have.
   *
   * @param partition of the data, or the meta group
   * @param epoch the partition's; of the meta group, as {@link
   *     dev.holdfast.protocol.model.Membership} counts it
   */
  record BeginMove(PartitionId partition, long epoch, @Nullable NodeId add, @Nullable NodeId remove)
      implements MembershipChange {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.beginMove(this);
    }
  }

  /**
   * Decides to take a damaged replica out of its group, so that its node can be given another one
   * (replication.md C1); answered with {@link Result.MoveBegun}. Rejected as {@link BeginMove} is,
   * but for the number of replicas that are left: those must be a majority of those before.
   *
   * @param epoch as of {@link BeginMove}
   * @param node whose replica is damaged
   */
  record BeginRebuild(PartitionId partition, long epoch, NodeId node) implements MembershipChange {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.beginRebuild(this);
    }
  }

  /** A move is to be undone, if nobody has left the group yet. */
  record AbandonMove(PartitionId partition, long epoch) implements MembershipChange {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.abandonMove(this);
    }
  }

  /**
   * The group has its members: the map says so from now on.
   *
   * @param epoch that the move began with
   */
  record FinishMove(PartitionId partition, long epoch, MoveOperation.Outcome outcome)
      implements MembershipChange {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.finishMove(this);
    }
  }

  /** One method per change. */
  interface Handler<R> {
    R addNode(AddNode change);

    R decommissionNode(DecommissionNode change);

    R recommissionNode(RecommissionNode change);

    R removeNode(RemoveNode change);

    R beginMove(BeginMove change);

    R beginRebuild(BeginRebuild change);

    R abandonMove(AbandonMove change);

    R finishMove(FinishMove change);
  }
}
