package dev.holdfast.client.internal;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.concurrent.CompletableFuture;

/**
 * A request on its way.
 *
 * @param changesState whether an unanswered one may have had an effect
 */
record Call(
    Bytes message, boolean changesState, long deadlineNanos, CompletableFuture<NodeReply> answer) {
  private static final long STATUS_TIMEOUT_MILLIS = 2_000;

  static Call of(NodeRequest request, Bytes message, long nowNanos) {
    return new Call(
        message,
        changesState(request),
        nowNanos + timeoutMillis(request) * 1_000_000,
        new CompletableFuture<>());
  }

  private static boolean changesState(NodeRequest request) {
    return request instanceof NodeRequest.Write
        || request instanceof NodeRequest.Transact
        || request instanceof NodeRequest.TransferLeader;
  }

  private static long timeoutMillis(NodeRequest request) {
    if (request instanceof NodeRequest.Write write) {
      return write.timeoutMillis();
    } else if (request instanceof NodeRequest.ReadFrom read) {
      return read.timeoutMillis();
    } else if (request instanceof NodeRequest.AskReadIndex readIndex) {
      return readIndex.timeoutMillis();
    } else if (request instanceof NodeRequest.TransferLeader transfer) {
      return transfer.timeoutMillis();
    }
    return STATUS_TIMEOUT_MILLIS;
  }

  /** It was sent, and its connection broke before the answer. */
  StoreException lost(String why) {
    return changesState
        ? new IndeterminateException(why, null)
        : new UnavailableException(Reason.UNREACHABLE, why);
  }

  /** It was sent, and no answer came in time. */
  StoreException timedOut(String why) {
    return changesState
        ? new IndeterminateException(why, null)
        : new UnavailableException(Reason.NOT_READY, why);
  }
}
