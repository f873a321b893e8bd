package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.client.routing.ItemStore;
import dev.holdfast.client.routing.ReadOptions;
import dev.holdfast.client.routing.Session;
import dev.holdfast.client.routing.WriteOptions;
import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.walk.ReadTarget;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.io.Serial;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The store as operations see it: results unwrapped, rejections turned into errors, and requests
 * validated and sent again, with the same request ids, when the table has changed under them.
 */
final class TableAccess {
  private static final int DELAY_MILLIS_MAX = 200;

  /** The short delays, and a few of the longest. */
  private static final int REFRESH_COUNT_MIN = 12;

  private final ItemStore store;
  private final Duration timeout;

  /**
   * About half the time that a call may take: while a new version of a table goes to its partitions
   * some are behind, and until another leader of the meta group goes on with that, stay so.
   */
  private final int refreshCountMax;

  /**
   * What was written through this node: programs expect to read it again, through the same node,
   * even when they do not ask for a consistent read, and the service nearly always lets them.
   */
  private final Session written = new Session();

  /** A request met a table version other than the one it was validated against. */
  private static final class StaleTableException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    StaleTableException() {
      super("the table has changed", null, false, false);
    }
  }

  /**
   * @param timeout bounds each call of the store with all its attempts
   */
  TableAccess(ItemStore store, Duration timeout) {
    this.store = store;
    this.timeout = timeout;
    this.refreshCountMax =
        Math.max(REFRESH_COUNT_MIN, Math.toIntExact(timeout.toMillis() / 2 / DELAY_MILLIS_MAX));
  }

  ItemStore store() {
    return store;
  }

  /** Runs an action on a table, again after a refresh as long as the table is found stale. */
  <T> CompletableFuture<T> withTable(
      String name, Executor executor, Function<TableDescriptor, CompletableFuture<T>> action) {
    return attempt(refreshCount -> table(name, refreshCount), name, executor, action, 0);
  }

  /** As {@link #withTable} with several tables, by the names given. */
  <T> CompletableFuture<T> withTables(
      Set<String> names,
      Executor executor,
      Function<Map<String, TableDescriptor>, CompletableFuture<T>> action) {
    return attempt(
        refreshCount -> tables(names, refreshCount), names.toString(), executor, action, 0);
  }

  /** As {@link #withTables}; a table that is not there is not among those given. */
  <T> CompletableFuture<T> withKnownTables(
      Set<String> names,
      Executor executor,
      Function<Map<String, TableDescriptor>, CompletableFuture<T>> action) {
    return attempt(
        refreshCount -> knownTables(names, refreshCount), names.toString(), executor, action, 0);
  }

  /** A table that was asked for; fails when it is not there. */
  static TableDescriptor known(Map<String, TableDescriptor> tables, String name) {
    TableDescriptor table = tables.get(name);
    if (table == null) {
      throw notFound();
    }
    return table;
  }

  /** A table that was asked for, and is there. */
  static TableDescriptor of(Map<String, TableDescriptor> tables, String name) {
    return Objects.requireNonNull(tables.get(name), "a table that nobody asked for");
  }

  private CompletableFuture<TableDescriptor> table(String name, int refreshCount) {
    return (refreshCount == 0 ? store.table(name) : store.refreshTable(name))
        .thenApply(found -> usable(found, refreshCount));
  }

  private CompletableFuture<Map<String, TableDescriptor>> tables(
      Set<String> names, int refreshCount) {
    List<CompletableFuture<TableDescriptor>> lookups =
        names.stream().map(name -> table(name, refreshCount)).toList();
    return Futures.all(lookups).thenApply(TableAccess::byName);
  }

  private CompletableFuture<Map<String, TableDescriptor>> knownTables(
      Set<String> names, int refreshCount) {
    List<CompletableFuture<Optional<TableDescriptor>>> lookups =
        names.stream().map(name -> knownTable(name, refreshCount)).toList();
    return Futures.all(lookups)
        .thenApply(found -> byName(found.stream().flatMap(Optional::stream).toList()));
  }

  private CompletableFuture<Optional<TableDescriptor>> knownTable(String name, int refreshCount) {
    return table(name, refreshCount)
        .thenApply(Optional::of)
        .exceptionallyCompose(
            failure ->
                Futures.cause(failure) instanceof ApiException error
                        && error.type() == ErrorType.RESOURCE_NOT_FOUND
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : CompletableFuture.failedFuture(failure));
  }

  private static Map<String, TableDescriptor> byName(List<TableDescriptor> found) {
    Map<String, TableDescriptor> tables = new LinkedHashMap<>();
    found.forEach(table -> tables.put(table.name(), table));
    return tables;
  }

  /** Looks up what an action needs, in the cache at first. */
  private interface Lookup<D> {
    CompletableFuture<D> at(int refreshCount);
  }

  private <D, T> CompletableFuture<T> attempt(
      Lookup<D> lookup,
      String name,
      Executor executor,
      Function<D, CompletableFuture<T>> action,
      int refreshCount) {
    return lookup
        .at(refreshCount)
        .thenComposeAsync(action, executor)
        .exceptionallyCompose(
            failure -> {
              if (refreshCount == 0
                  && Futures.cause(failure) instanceof ApiException error
                  && error.isOfOneVersion()) {
                return attempt(lookup, name, executor, action, 1);
              }
              if (Futures.cause(failure) instanceof StaleTableException) {
                return refreshCount < refreshCountMax
                    ? delayed(refreshCount)
                        .thenCompose(
                            go -> attempt(lookup, name, executor, action, refreshCount + 1))
                    : CompletableFuture.failedFuture(stillStale(name));
              }
              return CompletableFuture.failedFuture(failure);
            });
  }

  private static TableDescriptor usable(Optional<TableDescriptor> found, int refreshCount) {
    if (found.isPresent()) {
      if (found.get().status().isServed()) {
        return found.get();
      }
      if (refreshCount == 0) {
        throw new StaleTableException(); // what is cached may be from before it became active
      }
    }
    throw notFound();
  }

  /** The service names a table only when it is asked about tables. */
  private static ApiException notFound() {
    return new ApiException(ErrorType.RESOURCE_NOT_FOUND, "Requested resource not found");
  }

  /** A refresh is free the first time; then a partition is given time to hear of the change. */
  private static CompletableFuture<Boolean> delayed(int refreshCount) {
    if (refreshCount == 0) {
      return CompletableFuture.completedFuture(true);
    }
    long millis = Math.min(DELAY_MILLIS_MAX, 5L << Math.min(refreshCount, Integer.SIZE));
    return CompletableFuture.supplyAsync(
        () -> true, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
  }

  private static ApiException stillStale(String name) {
    return new ApiException(
        ErrorType.UNAVAILABLE, "Table " + name + " is being changed; try again shortly");
  }

  /** Learns what is written through this node. */
  Session written() {
    return written;
  }

  CompletableFuture<Result.Written> write(
      Request request, TableDescriptor table, Command.ItemWrite command, RequestId id) {
    return store
        .write(table, command, new WriteOptions(id, request.identity().attempt(), written, timeout))
        .thenApplyAsync(
            result -> {
              if (result instanceof Result.Written written) {
                return written;
              }
              if (result instanceof Result.Rejected rejected) {
                throw rejected(rejected.rejection());
              }
              throw new IllegalStateException("an item write returned " + result);
            },
            request.executor());
  }

  CompletableFuture<ReadResult.Found> get(
      Request request, TableDescriptor table, Read.Get read, boolean consistent) {
    return store
        .get(table, read, readOptions(consistent))
        .thenApplyAsync(
            result -> {
              if (result instanceof ReadResult.Found found) {
                return found;
              }
              throw refused(result);
            },
            request.executor());
  }

  private CompletableFuture<ReadResult.Page> query(
      Request request, TableDescriptor table, Read.Query read, boolean consistent) {
    return store
        .query(table, read, readOptions(consistent))
        .thenApplyAsync(TableAccess::page, request.executor());
  }

  CompletableFuture<ReadResult.Page> scan(
      Request request, TableDescriptor table, Read.Scan read, boolean consistent) {
    return store
        .scan(table, read, readOptions(consistent))
        .thenApplyAsync(TableAccess::page, request.executor());
  }

  /**
   * One page of a query or a scan; a consistent one of a global index waits for the index first.
   *
   * @param read empty where nothing can be found
   */
  CompletableFuture<ReadResult.Page> read(
      Request request, ReadTarget target, Optional<Read> read, boolean consistent) {
    if (read.isEmpty()) {
      return CompletableFuture.completedFuture(
          new ReadResult.Page(List.of(), 0, 0, 0, 0, 0, null, false));
    }
    GlobalIndex index = target.globalIndex();
    if (consistent && index != null) {
      return store
          .indexed(target.table().id(), index.id(), timeout)
          .thenComposeAsync(
              result -> {
                if (result instanceof ReadResult.Indexed) {
                  return scan(request, target.descriptor(), (Read.Scan) read.get(), true);
                }
                throw refused(result);
              },
              request.executor());
    }
    return read.get() instanceof Read.Query query
        ? query(request, target.table(), query, consistent)
        : scan(request, target.descriptor(), (Read.Scan) read.get(), consistent);
  }

  ReadOptions readOptions(boolean consistent) {
    return consistent
        ? ReadOptions.of(Level.STRONG, timeout)
        : new ReadOptions(Level.EVENTUAL, Duration.ZERO, written, timeout);
  }

  WriteOptions changeOptions(Request request) {
    return new WriteOptions(request.identity().id(), request.identity().attempt(), null, timeout);
  }

  private static ReadResult.Page page(ReadResult result) {
    if (result instanceof ReadResult.Page page) {
      return page;
    }
    throw refused(result);
  }

  static RuntimeException refused(ReadResult result) {
    return result instanceof ReadResult.Refused refused
        ? rejected(refused.rejection())
        : new IllegalStateException("a read returned " + result);
  }

  /** What to fail with, within an action on tables, when the store said no. */
  static RuntimeException rejected(Rejection rejection) {
    return rejection instanceof Rejection.StaleTable
        ? new StaleTableException()
        : Rejections.asError(rejection);
  }
}
