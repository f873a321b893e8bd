package dev.holdfast.protocol.model;

/** The identity of a partition, never reused. Zero is the meta group, the rest hold items. */
public record PartitionId(long value) implements Comparable<PartitionId> {
  /** The Raft group that owns tables, nodes and the partition map. */
  public static final PartitionId META = new PartitionId(0);

  public PartitionId {
    if (value < 0) {
      throw new IllegalArgumentException("negative partition id " + value);
    }
  }

  public boolean isMeta() {
    return value == 0;
  }

  @Override
  public int compareTo(PartitionId other) {
    return Long.compare(value, other.value);
  }

  /** {@code meta} or {@code p1}, {@code p2}, …, as the command line prints it. */
  @Override
  public String toString() {
    return isMeta() ? "meta" : "p" + value;
  }
}
