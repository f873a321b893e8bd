package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.spi.ApplyContext;
import org.jspecify.annotations.Nullable;

/**
 * What of a replica's header only splits and changes of members change.
 *
 * @param windowBase see {@link Header}
 * @param givenAway see {@link Header}
 */
record RangeState(
    ClusterMap.Partition partition, long windowBase, @Nullable PartitionId givenAway) {
  static RangeState of(Header header) {
    return new RangeState(header.partition(), header.windowBase(), header.givenAway());
  }

  RangeState split(ClusterMap.Partition kept, PartitionId child) {
    return new RangeState(kept, windowBase, child);
  }

  RangeState with(ClusterMap.Partition changed) {
    return new RangeState(changed, windowBase, givenAway);
  }

  RangeState trimmed() {
    return new RangeState(partition, windowBase, null);
  }

  Header header(ApplyContext applied, long stampMicros, long floorMicros, Bytes digest) {
    return new Header(partition, applied, stampMicros, floorMicros, digest, windowBase, givenAway);
  }

  /** So that replicas that disagree on what they hold are found out. */
  void addTo(RunningDigest digest) {
    digest.add(partition.epoch());
  }
}
