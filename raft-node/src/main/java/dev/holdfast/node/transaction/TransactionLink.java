package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.Session;
import dev.holdfast.client.routing.TransactionStore;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What a node answers: transactions by its coordinator, everything else by its replicas. */
public final class TransactionLink implements NodeLink {
  /** Nothing waits longer, whatever a request asks for (invariant 11). */
  private static final long TIMEOUT_MILLIS_MAX = 300_000;

  private final TransactionStore transactions;
  private final NodeLink replicas;

  public TransactionLink(TransactionStore transactions, NodeLink replicas) {
    this.transactions = transactions;
    this.replicas = replicas;
  }

  @Override
  public CompletableFuture<NodeReply> ask(NodeRequest request) {
    if (request instanceof NodeRequest.Transact transact) {
      Session session = new Session();
      return transactions
          .transact(transact.transaction(), session, timeout(transact.timeoutMillis()))
          .thenApply(result -> new NodeReply.Transacted(result, session.positions()));
    }
    if (request instanceof NodeRequest.GetTogether together) {
      Session session = new Session(together.seen());
      return transactions
          .getTogether(together.gets(), session, timeout(together.timeoutMillis()))
          .thenApply(result -> new NodeReply.GotTogether(result, session.positions()));
    }
    return replicas.ask(request);
  }

  private static Duration timeout(long millis) {
    return Duration.ofMillis(Math.min(Math.max(1, millis), TIMEOUT_MILLIS_MAX));
  }
}
