package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Transactions over any items of the cluster (design section 7), strictly serializable.
 *
 * <p>Futures fail with a {@link dev.holdfast.protocol.rpc.StoreException}, within the time-out. A
 * {@code StaleTable} is returned, not retried: the caller must refresh the table, validate again
 * and send again with the same request id and token.
 */
public interface TransactionStore {
  /**
   * All actions or none, once for each token.
   *
   * @param session learns where the transaction took effect (R8); null for none
   * @return {@code Transacted} with the costs in the order of the parts; {@code TokenSpent}; or
   *     {@code Rejected}: {@code Cancelled} with the reasons in the order of the parts (locked
   *     items have been tried again by then), {@code TokenMismatch}, {@code TransactionInProgress},
   *     {@code StaleTable}, {@code LedgerFull}, {@code Invalid}
   */
  CompletableFuture<Result> transact(
      TransactionRequest transaction, @Nullable Session session, Duration timeout);

  /**
   * The items as they are at one moment.
   *
   * @param session binds the reads (L6) and learns where they were answered; null for none
   * @return {@link ReadResult.Together}, or {@link ReadResult.Refused}: {@code Cancelled} with
   *     {@code Locked} for items that changed each time they were looked at, {@code StaleTable},
   *     {@code Invalid}
   */
  CompletableFuture<ReadResult> getTogether(
      List<TransactionGet> gets, @Nullable Session session, Duration timeout);
}
