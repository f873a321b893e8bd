package dev.holdfast.partition.observation;

import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.PartitionId;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is recorded about partitions beside the map.
 *
 * @param byPartition the steps that are being carried out; of a merge, both partitions have it
 * @param kept partitions that are not to be merged without being asked for
 */
public record Operations(Map<PartitionId, Step> byPartition, Set<PartitionId> kept) {
  public static final Operations NONE = new Operations(Map.of(), Set.of());

  public Operations {
    byPartition = Collections.unmodifiableMap(new TreeMap<>(byPartition));
    kept = Set.copyOf(kept);
  }
}
