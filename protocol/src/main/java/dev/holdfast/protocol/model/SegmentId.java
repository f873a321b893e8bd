package dev.holdfast.protocol.model;

/**
 * The identity of a segment of a table's change log, never used twice for one table.
 *
 * @param partition where it was opened; it may have moved on with its keys since
 * @param number the number in the log that its opening took
 */
public record SegmentId(PartitionId partition, long number) implements Comparable<SegmentId> {
  @Override
  public int compareTo(SegmentId other) {
    int byPartition = partition.compareTo(other.partition);
    return byPartition != 0 ? byPartition : Long.compare(number, other.number);
  }

  /** As logs and errors print it. */
  @Override
  public String toString() {
    return partition + "/" + number;
  }
}
