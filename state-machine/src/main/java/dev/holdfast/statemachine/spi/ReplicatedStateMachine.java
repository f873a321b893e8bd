package dev.holdfast.statemachine.spi;

import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One replica's state: a function of the log (invariant 1).
 *
 * <ul>
 *   <li>The effects of an entry, its index, its stamp and the digest are committed together.
 *   <li>{@link #apply} is called by one thread, in log order. {@link #snapshot} may be called by
 *       any thread at any time.
 * </ul>
 */
public interface ReplicatedStateMachine extends AutoCloseable {
  /** What was applied last; (0, 0) for an empty state. */
  ApplyContext applied();

  /** What this is a replica of: range, epoch and members as of the last applied entry. */
  ClusterMap.Partition partition();

  /**
   * The child of the last split as long as its items are here too: until then nothing may be
   * forgotten that a replica needs to make the split (replication.md S3). Null when there is none.
   */
  @Nullable PartitionId givenAway();

  /** The latest merge that the partition has heard of; null when there is none. Any thread. */
  default @Nullable MergeProgress merge() {
    return null;
  }

  /**
   * Rows of a partition that is frozen for a merge, as another is to take them (replication.md M):
   * the same whoever reads them, and whenever. Any thread.
   *
   * @param after the key of the last row read before; empty for none
   * @param bytesMax of keys and values; one row is returned whatever its size
   * @return in order of keys; empty when there are no more
   * @throws IllegalStateException when it is not frozen for this merge
   */
  default List<MergeCommand.Row> frozenRows(long merge, Bytes after, int bytesMax) {
    throw new IllegalStateException("it is not frozen");
  }

  /** The stamp of the last applied entry, 0 when there is none; never decreases. */
  long stampMicros();

  /** The running digest over the effects of all applied entries. */
  Bytes digest();

  /**
   * The digest after applying exactly this index, or null when this process did not apply it or has
   * forgotten. Any thread.
   */
  @Nullable Bytes digestAt(long index);

  /**
   * Applies one committed entry and returns one result per proposal, in order.
   *
   * <p>Must not fail: a no is a result, anything else is a fault. The caller skips entries at or
   * below {@link #applied} after a restart; given one all the same, this throws.
   */
  List<Result> apply(ApplyContext context, LogEntry entry);

  /** Makes everything applied durable; any thread. */
  void flush();

  /** A consistent view to read from; the caller closes it. */
  StateSnapshot snapshot();

  /**
   * Makes everything applied durable and hard-links it into {@code directory}, which must not
   * exist. Called by the apply thread, so nothing is applied meanwhile.
   *
   * @return what the checkpoint holds
   */
  ApplyContext checkpoint(Path directory);

  /** What the state keeps for transactions, for metrics; may be read by any thread. */
  TransactionCounts transactionCounts();

  /**
   * A key in the middle of what the partition holds, before which it may be split; null when there
   * is none. Looks at a few thousand rows at most; any thread.
   */
  @Nullable Bytes middleKey();

  /** The approximate size of the state on disk, in bytes; may be read by any thread. */
  long approximateBytes();

  /** The files that the state is in by now, with checksums; any thread. */
  default List<String> files() {
    return List.of();
  }

  /**
   * Reads one of the {@link #files} through and compares it with its checksums; throws when it is
   * damaged. Any thread.
   *
   * @return its size in bytes; 0 when it is not needed any more
   */
  default long verify(String file) {
    return 0;
  }

  @Override
  void close();
}
