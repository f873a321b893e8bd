package dev.holdfast.statemachine.spi;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import java.util.List;

/**
 * One moment of a replica's state: range, epoch and data belong together (replication.md L7). Used
 * by one thread; must be closed.
 */
public interface StateSnapshot extends AutoCloseable {
  /** What {@link #epoch} is of a partition that is frozen for a merge: no request may name it. */
  long NO_EPOCH = -1;

  ApplyContext applied();

  long stampMicros();

  /** The partition's epoch; 0 for the meta group. */
  long epoch();

  /**
   * Reads what is carried out, and what committed attempts have yet to carry out. A read outside
   * this partition or of an unknown table is refused, not failed.
   */
  ReadResult read(Read read, KnownOutcomes outcomes);

  /**
   * The attempts whose outcome the answer depends on and which is not known: to be asked for, after
   * this snapshot was taken, before the read (transactions.md R8).
   */
  List<Attempt> unknown(Read read, KnownOutcomes outcomes);

  @Override
  void close();
}
