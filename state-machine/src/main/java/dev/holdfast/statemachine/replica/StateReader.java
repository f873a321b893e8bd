package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.storage.KeyValueReader;

/** Answers reads from one snapshot. Called by any thread. */
@FunctionalInterface
public interface StateReader {
  /**
   * @param snapshot one moment of the state
   * @param partition identity, range and epoch at that moment (replication.md L7)
   */
  ReadResult read(KeyValueReader snapshot, ClusterMap.Partition partition, Read read);
}
