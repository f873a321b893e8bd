package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.model.TimeToLive;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Tables themselves: how they are changed, and what the meta group knows of them now. */
final class TableChanges {
  /** Pauses of 4, 8, … 512 ms: about a second together. */
  private static final int PAUSE_MILLIS_MIN = 4;

  private static final int LOOK_AGAIN_COUNT_MAX = 8;

  /** As many pauses of 512 ms more, while partitions are made for a table. */
  private static final int LOOK_LONGER_COUNT_MAX = 8;

  private final TableAccess tables;

  TableChanges(TableAccess tables) {
    this.tables = tables;
  }

  /** Applies a change; the descriptor after it. */
  CompletableFuture<TableDescriptor> change(Request request, MetaCommand command) {
    return tables
        .store()
        .change(command, tables.changeOptions(request))
        .thenApplyAsync(
            result -> {
              if (result instanceof Result.Table changed) {
                return changed.table();
              }
              if (result instanceof Result.Rejected rejected) {
                throw Rejections.asError(rejected.rejection());
              }
              throw new IllegalStateException("a table change returned " + result);
            },
            request.executor());
  }

  /**
   * The table in whatever status, but one that is just being created or deleted is given about a
   * second to get there. That takes a few milliseconds, and the waiters of AWS SDKs look first and
   * then sleep for 20 s: without this, whoever creates a table and waits for it loses that time
   * whenever the first look comes too early. One that is split ahead of load is given five seconds.
   */
  CompletableFuture<TableDescriptor> describe(Request request, String name) {
    return find(request, name).thenApply(found -> required(name, found));
  }

  /** As {@link #describe}, but that there is no such table is not a failure. */
  CompletableFuture<Optional<TableDescriptor>> find(Request request, String name) {
    return look(name, TableChanges::isPassing, 0)
        .thenApplyAsync(found -> found, request.executor());
  }

  /**
   * As {@link #describe}, but a table is also given about a second in which its items begin to
   * expire, or cease to. That takes a few milliseconds when there are not many, and nobody has seen
   * the service in between.
   */
  CompletableFuture<TableDescriptor> describeTimeToLive(Request request, String name) {
    return look(name, found -> isPassing(found) || isExpiryPassing(found), 0)
        .thenApplyAsync(found -> required(name, found), request.executor());
  }

  private CompletableFuture<Optional<TableDescriptor>> look(
      String name, Predicate<Optional<TableDescriptor>> isPassing, int earlierCount) {
    return tables
        .store()
        .refreshTable(name)
        .thenCompose(
            found ->
                isPassing.test(found) && earlierCount < lookCountMax(found.orElseThrow())
                    ? pause(earlierCount).thenCompose(go -> look(name, isPassing, earlierCount + 1))
                    : CompletableFuture.completedFuture(found));
  }

  private static int lookCountMax(TableDescriptor table) {
    boolean isBeingSplit = table.status() == TableStatus.CREATING && table.warmth().segments() > 1;
    return LOOK_AGAIN_COUNT_MAX + (isBeingSplit ? LOOK_LONGER_COUNT_MAX : 0);
  }

  private static boolean isPassing(Optional<TableDescriptor> found) {
    return found
        .map(TableDescriptor::status)
        .filter(status -> status == TableStatus.CREATING || status == TableStatus.DELETING)
        .isPresent();
  }

  private static boolean isExpiryPassing(Optional<TableDescriptor> found) {
    return found
        .map(table -> table.followers().timeToLive())
        .filter(TimeToLive::isChanging)
        .isPresent();
  }

  private static CompletableFuture<Boolean> pause(int earlierCount) {
    long millis = (long) PAUSE_MILLIS_MIN << Math.min(earlierCount, LOOK_AGAIN_COUNT_MAX - 1);
    return CompletableFuture.supplyAsync(
        () -> true, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
  }

  private static TableDescriptor required(String name, Optional<TableDescriptor> found) {
    return found.orElseThrow(() -> TableNames.notFound(name));
  }
}
