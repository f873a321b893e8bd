package dev.holdfast.partition.observation;

import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.Membership;
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
 * @param membership the meta group's members, and how many replicas a partition is to have
 */
public record Operations(
    Map<PartitionId, Step> byPartition, Set<PartitionId> kept, Membership membership) {
  public Operations {
    byPartition = Collections.unmodifiableMap(new TreeMap<>(byPartition));
    kept = Set.copyOf(kept);
  }

  /** With more steps that are being carried out, recorded or not. */
  public Operations with(Map<PartitionId, Step> more) {
    Map<PartitionId, Step> all = new TreeMap<>(more);
    all.putAll(byPartition);
    return new Operations(all, kept, membership);
  }
}
