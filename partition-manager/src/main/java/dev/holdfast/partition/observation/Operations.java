package dev.holdfast.partition.observation;

import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.PartitionId;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The steps that are being carried out.
 *
 * @param byPartition of a merge, both partitions have it
 */
public record Operations(Map<PartitionId, Step> byPartition) {
  public static final Operations NONE = new Operations(Map.of());

  public Operations {
    byPartition = Collections.unmodifiableMap(new TreeMap<>(byPartition));
  }
}
