package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.PartitionId;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Where a split leaves the states that children begin with (replication.md S2). */
@FunctionalInterface
public interface Seeds {
  /** For replicas that are never split, or whose children nobody wants. */
  Seeds NONE = (child, writer) -> {};

  /**
   * Keeps a child's first state. Once this has returned it survives any crash; before, it is not
   * there. Does nothing when the child has a state, or has had one here: the split is replayed.
   * Called by the apply thread, before the batch in which the parent gives the range away.
   *
   * @param writer given a directory that does not exist, writes the seed into it
   */
  void plant(PartitionId child, Consumer<Path> writer);
}
