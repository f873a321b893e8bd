package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Creates and drops tables in the partitions.
 *
 * <ul>
 *   <li>CREATING: the descriptor goes to every partition of the table's range, then the table is
 *       marked ready. So an ACTIVE table is known wherever its items may lie.
 *   <li>DELETING: every partition drops the table, then it is forgotten. So a name is free only
 *       when no item of the old table is left (invariant 12).
 *   <li>One sweep at a time; a trigger during a sweep causes one more after it.
 * </ul>
 *
 * <p>Thread-safe. A step that fails ends the work on its table for this sweep; whoever leads the
 * meta group sweeps again, periodically and on change.
 */
public final class TableReconciler {
  /** Tables worked on at once. */
  private static final int TABLE_COUNT_MAX = 16;

  private final ReplicaControl control;

  /** Triggers since the running sweep began; 0 when none runs. */
  private final AtomicInteger triggers = new AtomicInteger();

  public TableReconciler(ReplicaControl control) {
    this.control = control;
  }

  /** Sweeps now, or once more after the sweep that is running. */
  public void trigger() {
    if (triggers.getAndIncrement() == 0) {
      sweepUntilQuiet(1);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the sweep reports its failures to the port
  private void sweepUntilQuiet(int seen) {
    sweep()
        .whenComplete(
            (done, failure) -> {
              if (!triggers.compareAndSet(seen, 0)) {
                sweepUntilQuiet(triggers.get());
              }
            });
  }

  /** Completes when every table that was unsettled has been tried once; never fails. */
  CompletableFuture<Void> sweep() {
    return control
        .unsettledTables()
        .thenCompose(
            tables ->
                tables.isEmpty()
                    ? done()
                    : control.map().thenCompose(map -> settleAll(tables, map)))
        .exceptionally(notLeading -> null);
  }

  private CompletableFuture<Void> settleAll(List<TableDescriptor> tables, ClusterMap map) {
    // Without a map there is no partition to ask, and a table must not be ready without one.
    return map.partitions().isEmpty() ? done() : settleFrom(tables, 0, map);
  }

  private CompletableFuture<Void> settleFrom(
      List<TableDescriptor> tables, int first, ClusterMap map) {
    if (first >= tables.size()) {
      return done();
    }
    int end = Math.min(tables.size(), first + TABLE_COUNT_MAX);
    CompletableFuture<?>[] batch =
        tables.subList(first, end).stream()
            .map(table -> settle(table, map))
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(batch).thenCompose(all -> settleFrom(tables, end, map));
  }

  private CompletableFuture<Void> settle(TableDescriptor table, ClusterMap map) {
    if (table.status() != TableStatus.CREATING && table.status() != TableStatus.DELETING) {
      return done();
    }
    boolean creating = table.status() == TableStatus.CREATING;
    Command.Control step =
        creating
            ? new Command.InstallTable(table.withStatus(TableStatus.ACTIVE))
            : new Command.DropTable(table.id());
    MetaCommand last =
        creating
            ? new MetaCommand.MarkTableReady(table.id())
            : new MetaCommand.ForgetTable(table.id());
    KeyRange range = KeyEncoding.tableRange(table.id());
    CompletableFuture<?>[] steps =
        map.partitions().stream()
            .filter(partition -> partition.range().overlaps(range))
            .map(partition -> reporting(table, partition.id(), control.control(partition, step)))
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(steps)
        .thenCompose(all -> reporting(table, PartitionId.META, control.change(last)))
        .thenRun(() -> control.settled(table))
        .exceptionally(reported -> null);
  }

  private CompletableFuture<Void> reporting(
      TableDescriptor table, PartitionId partition, CompletionStage<Void> step) {
    return step.whenComplete(
            (done, failure) -> {
              if (failure != null) {
                control.failed(table, partition, failure);
              }
            })
        .toCompletableFuture();
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }
}
