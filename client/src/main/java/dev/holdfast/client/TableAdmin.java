package dev.holdfast.client;

import dev.holdfast.client.ClientListener.Operation;
import dev.holdfast.client.routing.ReadOptions;
import dev.holdfast.client.routing.WriteOptions;
import dev.holdfast.client.routing.WriteOptions.Attempt;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Creates, describes and deletes tables; every answer is the meta leader's. */
final class TableAdmin {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(25);
  private static final int NAMES_PER_PAGE = 1000;

  private final TableCalls calls;
  private final Duration timeout;

  TableAdmin(TableCalls calls, Duration timeout) {
    this.calls = calls;
    this.timeout = timeout;
  }

  CompletableFuture<TableDescriptor> create(TableSpec spec) {
    return deliver(
        spec.name(),
        () ->
            change(spec.name(), new MetaCommand.CreateTable(spec.toDescriptor(newTableId())))
                .thenApply(TableAdmin::changedTable));
  }

  private long newTableId() {
    return calls.world().random();
  }

  CompletableFuture<@Nullable Void> delete(String name) {
    return deliver(
        name, () -> change(name, new MetaCommand.DeleteTable(name)).thenApply(result -> null));
  }

  CompletableFuture<Optional<TableDescriptor>> describe(String name) {
    return deliver(name, () -> calls.store().refreshTable(name));
  }

  CompletableFuture<List<String>> list() {
    return deliver("", () -> list(null, new ArrayList<>()));
  }

  private CompletableFuture<List<String>> list(@Nullable String after, List<String> names) {
    return calls
        .store()
        .read(new MetaRead.ListTables(after, NAMES_PER_PAGE), ReadOptions.of(Level.STRONG, timeout))
        .thenCompose(
            result -> {
              if (!(result instanceof ReadResult.TableNames page)) {
                throw new IllegalStateException("not a list of tables: " + result);
              }
              names.addAll(page.names());
              return page.more()
                  ? list(names.get(names.size() - 1), names)
                  : CompletableFuture.completedFuture(List.copyOf(names));
            });
  }

  CompletableFuture<TableDescriptor> untilActive(String name) {
    return deliver(
        name,
        () ->
            poll(
                    name,
                    found -> found.isEmpty() || found.get().status() == TableStatus.ACTIVE,
                    calls.world().nanoTime() + timeout.toNanos())
                .thenApply(
                    found ->
                        found.orElseThrow(
                            () -> new HoldfastException.TableNotFoundException(name))));
  }

  CompletableFuture<@Nullable Void> untilDeleted(String name) {
    return deliver(
        name,
        () ->
            poll(name, Optional::isEmpty, calls.world().nanoTime() + timeout.toNanos())
                .thenApply(found -> null));
  }

  private CompletableFuture<Optional<TableDescriptor>> poll(
      String name, Predicate<Optional<TableDescriptor>> wanted, long deadlineNanos) {
    return calls
        .store()
        .refreshTable(name)
        .thenCompose(
            found -> {
              if (wanted.test(found)) {
                return CompletableFuture.completedFuture(found);
              } else if (calls.world().nanoTime() - deadlineNanos >= 0) {
                return CompletableFuture.failedFuture(
                    new HoldfastException.UnavailableException(
                        "table '" + name + "' took too long", null));
              }
              CompletableFuture<Boolean> paused = new CompletableFuture<>();
              calls.world().after(POLL_INTERVAL, () -> paused.complete(true));
              return paused.thenCompose(done -> poll(name, wanted, deadlineNanos));
            });
  }

  private CompletableFuture<Result> change(String name, MetaCommand command) {
    WriteOptions options = new WriteOptions(calls.newRequestId(), Attempt.FIRST, null, timeout);
    return calls
        .store()
        .change(command, options)
        .thenApply(
            result -> {
              if (result instanceof Result.Rejected rejected) {
                throw Failures.of(name, rejected.rejection());
              }
              return result;
            });
  }

  private static TableDescriptor changedTable(Result result) {
    if (result instanceof Result.Table changed) {
      return changed.table();
    }
    throw new IllegalStateException("not a change of a table: " + result);
  }

  private <T> CompletableFuture<T> deliver(
      String name, java.util.function.Supplier<CompletableFuture<T>> call) {
    return calls.deliver(Operation.ADMIN, name, call);
  }
}
