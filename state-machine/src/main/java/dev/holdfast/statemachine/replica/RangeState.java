package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.MergeProgress;
import org.jspecify.annotations.Nullable;

/**
 * What of a replica's header only splits, merges and changes of members change.
 *
 * @param windowBase see {@link Header}
 * @param givenAway see {@link Header}
 * @param merge see {@link Header}
 * @param stampMicros the entry's stamp is taken for at least this (replication.md S7, M)
 */
record RangeState(
    ClusterMap.Partition partition,
    long windowBase,
    @Nullable PartitionId givenAway,
    @Nullable MergeProgress merge,
    long stampMicros) {
  static RangeState of(Header header) {
    return new RangeState(
        header.partition(),
        header.windowBase(),
        header.givenAway(),
        header.merge(),
        header.stampMicros());
  }

  RangeState split(ClusterMap.Partition kept, PartitionId child) {
    return new RangeState(kept, windowBase, child, merge, stampMicros);
  }

  RangeState trimmed() {
    return as(partition, null);
  }

  RangeState with(MergeProgress progress) {
    return new RangeState(partition, windowBase, givenAway, progress, stampMicros);
  }

  RangeState as(ClusterMap.Partition changed) {
    return as(changed, givenAway);
  }

  private RangeState as(ClusterMap.Partition changed, @Nullable PartitionId child) {
    return new RangeState(changed, windowBase, child, merge, stampMicros);
  }

  /** Holds more, and has heard of a later time. */
  RangeState grown(ClusterMap.Partition whole, long laterMicros) {
    return new RangeState(whole, windowBase, givenAway, merge, Math.max(stampMicros, laterMicros));
  }

  /** So many more entries of request ids come before those of this partition's own. */
  RangeState afterInherited(long count) {
    return new RangeState(partition, windowBase + count, givenAway, merge, stampMicros);
  }

  /** Whether nothing that the partition holds may be read or written (M). */
  boolean isFrozen() {
    return merge != null && merge.phase() == MergeProgress.Phase.FROZEN;
  }

  Header header(ApplyContext applied, long entryStampMicros, long floorMicros, Bytes digest) {
    long stamp = Math.max(entryStampMicros, stampMicros);
    return new Header(partition, applied, stamp, floorMicros, digest, windowBase, givenAway, merge);
  }

  /** So that replicas that disagree on what they hold are found out. */
  void addTo(RunningDigest digest) {
    digest.add(partition.epoch());
    if (merge != null) {
      digest.add(merge.operation().id());
      digest.add(merge.phase().code());
    }
  }
}
