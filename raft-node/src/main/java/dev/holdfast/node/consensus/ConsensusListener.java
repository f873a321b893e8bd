package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.PartitionId;

/** Hears of events worth counting. Called on busy threads: must not block and must not throw. */
public interface ConsensusListener {
  /** An entry was submitted by this leader. */
  default void submitted(PartitionId partition, int commandCount, int entryBytes) {}

  /** An entry was applied by this replica. */
  default void applied(PartitionId partition, int commandCount, long nanos) {}

  /** The time from submitting an entry to having applied it on this leader. */
  default void committed(PartitionId partition, long nanos) {}

  /** A batch of reads was answered from one snapshot. */
  default void readServed(PartitionId partition, int readCount) {}

  /** A read made the leader propose a lease renewal. */
  default void leaseRenewed(PartitionId partition) {}

  /** A write was refused because the queue was full. */
  default void throttled(PartitionId partition) {}

  /** This replica was too far behind for the log and took over a checkpoint of the leader's. */
  default void snapshotInstalled(PartitionId partition, long index) {}

  /** A file was read in search of damage. */
  default void scrubbed(long bytes) {}

  /** All files of all replicas were. */
  default void scrubbed() {}

  /** A checkpoint was taken. */
  default void snapshotTaken(PartitionId partition, long index, long nanos) {}
}
