package dev.holdfast.node.dynamodb;

import dev.holdfast.client.routing.TransactionStore;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Refuses every transaction, for a node without a coordinator. */
final class UnwiredTransactions implements TransactionStore {
  private static final String MESSAGE = "Transactions are not wired yet on this node";

  @Override
  public CompletableFuture<Result> transact(TransactionRequest transaction, Duration timeout) {
    return CompletableFuture.failedFuture(new InvalidRequestException(MESSAGE));
  }

  @Override
  public CompletableFuture<ReadResult> getTogether(List<TransactionGet> gets, Duration timeout) {
    return CompletableFuture.failedFuture(new InvalidRequestException(MESSAGE));
  }
}
