package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.client.routing.TransactionStore;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.model.TableDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Transactions as operations see them; as {@link TableAccess} does it for single items. */
final class TransactionAccess {
  private final TableAccess tables;
  private final TransactionStore store;
  private final Duration timeout;

  /**
   * @param timeout bounds each call of the store with all its attempts
   */
  TransactionAccess(TableAccess tables, TransactionStore store, Duration timeout) {
    this.tables = tables;
    this.store = store;
    this.timeout = timeout;
  }

  <T> CompletableFuture<T> withTables(
      Request request,
      Set<String> names,
      Function<Map<String, TableDescriptor>, CompletableFuture<T>> action) {
    return tables.withTables(names, request.executor(), action);
  }

  /** As {@link TableAccess#withKnownTables}. */
  <T> CompletableFuture<T> withKnownTables(
      Request request,
      Set<String> names,
      Function<Map<String, TableDescriptor>, CompletableFuture<T>> action) {
    return tables.withKnownTables(names, request.executor(), action);
  }

  /** {@code Transacted} or {@code TokenSpent}; within an action on tables. */
  CompletableFuture<Result> transact(Request request, TransactionRequest transaction) {
    return store
        .transact(transaction, tables.written(), timeout)
        .thenApplyAsync(
            result -> {
              if (result instanceof Result.Rejected rejected) {
                throw TableAccess.rejected(rejected.rejection());
              }
              return result;
            },
            request.executor());
  }

  /** One for each get, in order; within an action on tables. */
  CompletableFuture<List<ReadResult.Found>> get(Request request, List<TransactionGet> gets) {
    return store
        .getTogether(gets, null, timeout)
        .thenApplyAsync(
            result -> {
              if (result instanceof ReadResult.Together together) {
                return together.items();
              }
              throw TableAccess.refused(result);
            },
            request.executor());
  }
}
