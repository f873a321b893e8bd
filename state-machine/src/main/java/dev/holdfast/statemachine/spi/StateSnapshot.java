package dev.holdfast.statemachine.spi;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;

/**
 * One moment of a replica's state: range, epoch and data belong together (replication.md L7). Used
 * by one thread; must be closed.
 */
public interface StateSnapshot extends AutoCloseable {
  ApplyContext applied();

  long stampMicros();

  /** The partition's epoch; 0 for the meta group. */
  long epoch();

  /** Reads; a read outside this partition or of an unknown table is refused, not failed. */
  ReadResult read(Read read);

  @Override
  void close();
}
