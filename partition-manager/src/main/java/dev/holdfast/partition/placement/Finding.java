package dev.holdfast.partition.placement;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;

/** What an operator should know because no step can mend it. */
public sealed interface Finding {
  /** One line without a full stop. */
  String sentence();

  /** No node is left that could hold another replica. */
  record UnderReplicated(PartitionId partition, int liveCount, int wantedCount) implements Finding {
    @Override
    public String sentence() {
      return partition
          + " has "
          + liveCount
          + " live replicas of "
          + wantedCount
          + ", and no node is free for another";
    }
  }

  /** Its members cannot be changed before enough of its nodes are back. */
  record NoQuorum(PartitionId partition, int liveCount, int replicaCount) implements Finding {
    @Override
    public String sentence() {
      return partition
          + " has lost its majority: "
          + liveCount
          + " of "
          + replicaCount
          + " replicas are live";
    }
  }

  /** The node is treated as if it was to stay. */
  record DecommissionRefused(NodeId node, int remainingCount, int wantedCount) implements Finding {
    @Override
    public String sentence() {
      return node
          + " cannot be emptied: "
          + remainingCount
          + " nodes would be left for "
          + wantedCount
          + " replicas";
    }
  }
}
