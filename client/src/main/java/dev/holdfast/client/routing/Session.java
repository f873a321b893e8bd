package dev.holdfast.client.routing;

import dev.holdfast.protocol.model.PartitionId;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What one session has seen: for each partition the highest applied index it was answered from.
 * Thread-safe. Positions only grow.
 */
public final class Session {
  private final ConcurrentSkipListMap<PartitionId, Long> seen = new ConcurrentSkipListMap<>();

  public Session() {}

  public Session(Map<PartitionId, Long> seen) {
    this.seen.putAll(seen);
  }

  /** The index that a replica of the partition must have applied; 0 when nothing was seen. */
  public long appliedIndexMin(PartitionId partition) {
    return seen.getOrDefault(partition, 0L);
  }

  public void saw(PartitionId partition, long appliedIndex) {
    seen.merge(partition, appliedIndex, Math::max);
  }

  public void saw(Map<PartitionId, Long> positions) {
    positions.forEach(this::saw);
  }

  /** A copy of the positions, in order of partition. */
  public SortedMap<PartitionId, Long> positions() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(seen));
  }
}
