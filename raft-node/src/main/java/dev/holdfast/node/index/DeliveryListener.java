package dev.holdfast.node.index;

import dev.holdfast.protocol.model.PartitionId;

/** Learns how far global indexes are behind, for metrics. Must not block. */
public interface DeliveryListener {
  /** How many numbers of a partition's change logs its indexes have yet to be told of. */
  default void lag(PartitionId partition, long count) {}

  /** Records were brought to an index. */
  default void delivered(int recordCount) {}

  /** Items that were there before an index were entered into it, perhaps once more. */
  default void entered(int itemCount) {}

  /** Writes were refused, since an index of their table is too far behind. */
  default void stopped(int writeCount) {}

  /** A partition is not led here any more. */
  default void left(PartitionId partition) {}

  /** Something failed and will be tried again. */
  default void failed(PartitionId partition, Throwable cause) {}
}
