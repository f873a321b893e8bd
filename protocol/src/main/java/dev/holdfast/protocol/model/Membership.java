package dev.holdfast.protocol.model;

import java.util.List;
import java.util.Optional;

/**
 * What of the cluster's members is not in the map, because only those need it who change them.
 *
 * @param replicaCount how many replicas a partition is to have
 * @param meta the members of the meta group; its epoch counts their changes
 * @param moves in progress, at most one per partition
 */
public record Membership(int replicaCount, ClusterMap.Partition meta, List<MoveOperation> moves) {
  public Membership {
    moves = List.copyOf(moves);
  }

  public Optional<MoveOperation> moveOf(PartitionId partition) {
    return moves.stream().filter(move -> move.before().id().equals(partition)).findFirst();
  }
}
