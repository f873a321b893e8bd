package dev.holdfast.statemachine.spi;

import dev.holdfast.protocol.model.ClusterMap;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the state of a replica in a directory, creating it when the directory is empty. */
@FunctionalInterface
public interface StateMachineFactory {
  /**
   * @param partition identity, range and epoch for a new state; an existing one must have the same
   *     identity and keeps its own range and epoch
   */
  ReplicatedStateMachine open(ClusterMap.Partition partition, Path directory);

  /**
   * Reads a file of a checkpoint through and compares it with its checksums, if it has any; throws
   * when it is damaged. Any thread.
   */
  default void verify(Path file) {}

  /** What a split made the directory for; empty if it was not made by one. */
  default Optional<ClusterMap.Partition> seededFor(Path directory) {
    return Optional.empty();
  }
}
