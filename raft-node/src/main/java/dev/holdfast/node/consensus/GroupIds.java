package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.PartitionId;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * Names Raft groups: a version 8 UUID whose high half is a hash of the cluster's id and whose low
 * 62 bits are the partition's id, so that nodes of two clusters refuse each other and the partition
 * can be read off a log line.
 */
final class GroupIds {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final long VERSION_MASK = 0xf000L;
  private static final long VERSION_8 = 0x8000L;
  private static final long VARIANT = 0x8000000000000000L;
  private static final long PARTITION_MASK = (1L << 62) - 1;

  private final long clusterHash;

  GroupIds(String clusterId) {
    long hash = FNV_OFFSET;
    for (byte b : clusterId.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    this.clusterHash = hash;
  }

  RaftGroupId of(PartitionId partition) {
    if (partition.value() > PARTITION_MASK) {
      throw new IllegalArgumentException("partition id needs more than 62 bits: " + partition);
    }
    return RaftGroupId.valueOf(
        new UUID((clusterHash & ~VERSION_MASK) | VERSION_8, VARIANT | partition.value()));
  }

  /** Of no partition: what nodes of this cluster tell each other of themselves goes by it. */
  RaftGroupId ofNodes() {
    return RaftGroupId.valueOf(new UUID(clusterHash & ~VERSION_MASK, 0));
  }

  PartitionId partition(RaftGroupId group) {
    return new PartitionId(group.getUuid().getLeastSignificantBits() & PARTITION_MASK);
  }
}
