package dev.holdfast.protocol.model;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a table is to be ready for before load comes (DynamoDB's warm throughput), and into how many
 * segments of equal hash ranges it is cut for that: each begins a partition of its own, however
 * cold it is.
 *
 * @param readUnits and {@code writeUnits}: DynamoDB's units per second; 0 where none were asked for
 * @param segments a power of two, so that the boundaries of fewer are among those of more
 */
public record Warmth(long readUnits, long writeUnits, int segments) {
  public static final Warmth NONE = new Warmth(0, 0, 1);

  /** Every partition is a Raft group, which costs threads and memory however idle it is. */
  public static final int SEGMENTS_MAX = 64;

  /** Whether a table may have it. */
  public boolean isLegal() {
    return readUnits >= 0
        && writeUnits >= 0
        && segments >= 1
        && segments <= SEGMENTS_MAX
        && Integer.bitCount(segments) == 1;
  }

  /** Where partitions are to begin, in order; the first segment begins wherever it does. */
  public List<Bytes> boundaries(TableId table) {
    return IntStream.range(1, segments)
        .mapToObj(segment -> KeyEncoding.segment(table, segment, segments).startInclusive())
        .toList();
  }
}
