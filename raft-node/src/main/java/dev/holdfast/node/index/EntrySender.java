package dev.holdfast.node.index;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.PartitionId;
import java.util.concurrent.CompletableFuture;

/** The partitions that hold indexes, as a propagator sees them. Thread-safe. */
public interface EntrySender {
  /** Where a key is, as far as is known; what was grouped wrongly is refused and sent again. */
  PartitionId partitionOf(Bytes routingKey);

  /** Has a partition take updates, all of whose keys were in it with this one. */
  CompletableFuture<Result> send(Bytes firstKey, Command.UpdateIndex updates);
}
