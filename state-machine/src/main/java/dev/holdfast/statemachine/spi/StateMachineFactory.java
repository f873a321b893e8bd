package dev.holdfast.statemachine.spi;

import dev.holdfast.protocol.model.ClusterMap;
import java.nio.file.Path;

/** Opens the state of a replica in a directory, creating it when the directory is empty. */
@FunctionalInterface
public interface StateMachineFactory {
  /**
   * @param partition identity, range and epoch for a new state; an existing one must have the same
   *     identity and keeps its own range and epoch
   */
  ReplicatedStateMachine open(ClusterMap.Partition partition, Path directory);
}
