package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Writes what statements other than SELECT ask for. */
final class StatementWrites {
  private final TableAccess tables;

  StatementWrites(TableAccess tables) {
    this.tables = tables;
  }

  /** Within an action on tables. An INSERT whose condition fails has met a duplicate. */
  CompletableFuture<Result.Written> write(
      Request request, TableDescriptor table, Command.ItemWrite command, RequestId id) {
    CompletableFuture<Result.Written> written = tables.write(request, table, command, id);
    if (!(command instanceof Command.Put)) {
      return written;
    }
    return written.handle(
        (result, failure) -> {
          if (failure == null) {
            return result;
          }
          Throwable cause = Futures.cause(failure);
          if (cause instanceof ApiException error && error.type() == ErrorType.CONDITION_FAILED) {
            throw error.as(ErrorType.DUPLICATE_ITEM, StatementRequest.DUPLICATE);
          }
          throw new CompletionException(cause);
        });
  }

  /** What RETURNING asked for; null when nothing of the item is to be shown. */
  static @Nullable Item returned(Result.Written written) {
    Item attributes = written.attributes();
    return attributes == null || attributes.isEmpty() ? null : attributes;
  }
}
