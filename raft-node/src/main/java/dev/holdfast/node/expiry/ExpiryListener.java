package dev.holdfast.node.expiry;

import dev.holdfast.protocol.model.PartitionId;

/** Learns what has expired, for metrics. Must not block. */
public interface ExpiryListener {
  /** Items were deleted. */
  default void deleted(int itemCount) {}

  /** For how long the longest of those found by the last look had expired; 0 when none had. */
  default void lag(PartitionId partition, long seconds) {}

  /** A look failed; there will be another one. */
  default void failed(PartitionId partition, Throwable cause) {}
}
