package dev.holdfast.statemachine.spi;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /**
   * The routing keys of the items that a read is about, within this partition; null when there are
   * none, or the table is not known.
   */
  @Nullable KeyRange items(Read read);

  /** The routing keys of the items that a command changes or checks; none of an unknown table. */
  List<Bytes> keys(Command command);

  /** Whether an item is stored in a range. */
  boolean holds(KeyRange range);

  @Override
  void close();
}
