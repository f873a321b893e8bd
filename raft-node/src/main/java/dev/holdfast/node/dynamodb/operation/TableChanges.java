package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Tables themselves: how they are changed, and what the meta group knows of them now. */
final class TableChanges {
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

  /** The table in whatever status. */
  CompletableFuture<TableDescriptor> describe(Request request, String name) {
    return tables
        .store()
        .refreshTable(name)
        .thenApplyAsync(found -> required(name, found), request.executor());
  }

  private static TableDescriptor required(String name, Optional<TableDescriptor> found) {
    return found.orElseThrow(() -> TableNames.notFound(name));
  }
}
