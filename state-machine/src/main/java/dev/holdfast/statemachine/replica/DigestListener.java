package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.PartitionId;

/**
 * Told when a proposer's digest is not this replica's: one of the two is damaged. Who must stop is
 * decided by a majority, not here (replication.md C2). Called by the apply thread.
 */
@FunctionalInterface
public interface DigestListener {
  void digestDiffers(PartitionId partition, long index, Bytes proposed, Bytes own);
}
