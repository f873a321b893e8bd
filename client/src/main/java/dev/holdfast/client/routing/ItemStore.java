package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The cluster as one store: routes by key, follows leaders and map changes, retries what is safe.
 *
 * <p>Futures fail with a {@link dev.holdfast.protocol.rpc.StoreException}, within the time-out of
 * the options. A {@code StaleTable} rejection or refusal is returned, not retried: the caller must
 * refresh the table, validate again and send again (with the same request id for a write).
 */
public interface ItemStore {
  /** The table as cached; asks the meta leader when it is not cached. Empty: no such table. */
  CompletableFuture<Optional<TableDescriptor>> table(String name);

  /** The table as the meta leader knows it now; replaces the cached one. */
  CompletableFuture<Optional<TableDescriptor>> refreshTable(String name);

  /** Applies one item write at most once. */
  CompletableFuture<Result> write(
      TableDescriptor table, Command.ItemWrite command, WriteOptions options);

  /** {@link ReadResult.Found} or {@link ReadResult.Refused}. */
  CompletableFuture<ReadResult> get(TableDescriptor table, Read.Get read, ReadOptions options);

  /**
   * {@link ReadResult.Page} or {@link ReadResult.Refused}; goes on over partition borders until the
   * page is full or the range ends, so {@code continues} is always false.
   */
  CompletableFuture<ReadResult> query(TableDescriptor table, Read.Query read, ReadOptions options);

  /** As {@link #query}, over the read's range of routing keys. */
  CompletableFuture<ReadResult> scan(TableDescriptor table, Read.Scan read, ReadOptions options);

  /**
   * Waits until a global index has every change of its table that was acknowledged before this was
   * called; a strong read of the index that follows shows them (decision 0041). {@link
   * ReadResult.Indexed} or {@link ReadResult.Refused}.
   */
  CompletableFuture<ReadResult> indexed(TableId table, TableId index, Duration timeout);

  /**
   * All segments of a table's change log, in order of their ids, as the leaders of its partitions
   * know them: {@link ReadResult.Segments}, of which {@code continues} is always false.
   */
  CompletableFuture<ReadResult> segments(TableId table, Duration timeout);

  /** {@link ReadResult.Changes}, as the leader of the partition knows them. */
  CompletableFuture<ReadResult> changes(Read.Changes read, Duration timeout);

  /** Applies a change of tables or of the map at most once. */
  CompletableFuture<Result> change(MetaCommand command, WriteOptions options);

  /** Reads from the meta group. */
  CompletableFuture<ReadResult> read(MetaRead read, ReadOptions options);
}
