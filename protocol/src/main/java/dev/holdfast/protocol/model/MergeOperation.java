package dev.holdfast.protocol.model;

import java.util.HashSet;

/**
 * Two neighbours that are to become one partition, or are becoming it (replication.md M).
 *
 * @param id has never been the id of a merge, nor of a partition, before; later ones are greater
 * @param left as it was before; it gets what the right one holds
 * @param right as it was before; there is no such partition afterwards
 */
public record MergeOperation(long id, ClusterMap.Partition left, ClusterMap.Partition right) {
  public MergeOperation {
    if (!right.range().startInclusive().equals(left.range().endExclusive())) {
      throw new IllegalArgumentException(left + " and " + right + " are no neighbours");
    }
    if (!new HashSet<>(left.replicas()).equals(new HashSet<>(right.replicas()))) {
      throw new IllegalArgumentException(left + " and " + right + " are on different nodes");
    }
  }

  /** The right one when it serves again, because the merge was given up: a later epoch. */
  public ClusterMap.Partition unfrozen() {
    return new ClusterMap.Partition(right.id(), right.epoch() + 1, right.range(), right.replicas());
  }

  /** What there is afterwards: its epoch is later than either had. */
  public ClusterMap.Partition merged() {
    return new ClusterMap.Partition(
        left.id(),
        Math.max(left.epoch(), right.epoch()) + 1,
        new KeyRange(left.range().startInclusive(), right.range().endExclusive()),
        left.replicas());
  }
}
