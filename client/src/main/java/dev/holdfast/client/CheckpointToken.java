package dev.holdfast.client;

import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far a subscriber has got with the changes of a table, as text that can be kept and carried to
 * another process: whoever goes on from it gets every change that was not completed before it.
 *
 * <pre>{@code
 * String text = subscription.checkpoint().toString(); // to be stored beside what was made of them
 * // elsewhere, or later
 * orders.changes().from(CheckpointToken.parse(text)).subscribe(listener);
 * }</pre>
 *
 * <p>It names each unfinished shard and each finished one that has not been deleted yet: ten to
 * twenty characters each. It can be used as long as the changes after it are kept, which is a day.
 */
public final class CheckpointToken {
  private final TableId table;
  private final long stream;
  private final SortedMap<SegmentId, Long> positions;
  private final SortedSet<SegmentId> finished;

  /**
   * @param stream its label
   * @param positions number of the last completed change of each unfinished segment; {@link
   *     ChangeFrontier#OLDEST} where it is the oldest that is to be read
   * @param finished those that are to be read no more
   */
  CheckpointToken(
      TableId table, long stream, Map<SegmentId, Long> positions, Set<SegmentId> finished) {
    this.table = table;
    this.stream = stream;
    this.positions = Collections.unmodifiableSortedMap(new TreeMap<>(positions));
    this.finished = Collections.unmodifiableSortedSet(new TreeSet<>(finished));
  }

  /** Reads what {@link #toString} wrote; fails with {@link IllegalArgumentException} on others. */
  public static CheckpointToken parse(String text) {
    return CheckpointText.parse(text);
  }

  TableId table() {
    return table;
  }

  long stream() {
    return stream;
  }

  SortedMap<SegmentId, Long> positions() {
    return positions;
  }

  SortedSet<SegmentId> finished() {
    return finished;
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof CheckpointToken other && toString().equals(other.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** Letters, digits, {@code -} and {@code _}: safe in URLs and files. */
  @Override
  public String toString() {
    return CheckpointText.of(this);
  }
}
