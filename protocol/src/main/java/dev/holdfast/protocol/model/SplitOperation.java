package dev.holdfast.protocol.model;

/**
 * A partition that is to be split, or is being split (replication.md S).
 *
 * @param parent as it was before; it keeps what is left of the key
 * @param key strictly inside the parent's range; the first of the child
 * @param child has never been the id of a partition before
 */
public record SplitOperation(ClusterMap.Partition parent, Bytes key, PartitionId child) {
  public SplitOperation {
    if (!parent.range().contains(key) || parent.range().startInclusive().equals(key)) {
      throw new IllegalArgumentException(key + " does not split " + parent.range());
    }
  }

  /** The parent as it is afterwards. */
  public ClusterMap.Partition left() {
    return new ClusterMap.Partition(
        parent.id(), epochAfter(), parent.range().before(key), parent.replicas());
  }

  /** The child as it begins, on the nodes of its parent. */
  public ClusterMap.Partition right() {
    return new ClusterMap.Partition(
        child, epochAfter(), parent.range().from(key), parent.replicas());
  }

  private long epochAfter() {
    return parent.epoch() + 1;
  }
}
