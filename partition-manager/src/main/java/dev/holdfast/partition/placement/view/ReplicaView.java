package dev.holdfast.partition.placement.view;

import dev.holdfast.protocol.model.NodeId;

/**
 * A voter of a partition.
 *
 * @param lagEntries how far its applied index is behind the leader's commit index; {@link
 *     Long#MAX_VALUE} if it is not known
 */
public record ReplicaView(NodeId node, long lagEntries) {
  public ReplicaView {
    if (lagEntries < 0) {
      throw new IllegalArgumentException("negative lag " + lagEntries);
    }
  }
}
