package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets one leader transfer at a time go to each node. Ratis 3.3.0 gives every request to start an
 * election the call id 0, and its Netty proxy tells the replies of one connection apart by call id:
 * of two at once to the same node one is not sent, and waits for its time-out (3 s).
 *
 * <p>As many wait as there are partitions, at most: a partition's next transfer is refused while
 * one is under way. Thread-safe.
 */
final class TransferTurns {
  private final Map<NodeId, CompletableFuture<Void>> last = new HashMap<>();

  /** Begins the transfer when those that came before it have ended; must end in bounded time. */
  synchronized CompletableFuture<Void> inTurn(
      NodeId target, Supplier<CompletableFuture<Void>> transfer) {
    CompletableFuture<Void> before =
        last.getOrDefault(target, CompletableFuture.completedFuture(null));
    CompletableFuture<Void> turn =
        before.exceptionally(failure -> null).thenCompose(ended -> transfer.get());
    last.put(target, turn);
    return turn;
  }
}
