package dev.holdfast.node;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The short cut from a node's router to its own replicas, which in turn need the router to ask
 * after transactions. Thread-safe.
 */
final class LocalReplicas implements NodeLink {
  private volatile @Nullable NodeLink replicas;

  void are(NodeLink known) {
    replicas = known;
  }

  @Override
  public CompletableFuture<NodeReply> ask(NodeRequest request) {
    NodeLink known = replicas;
    return known == null
        ? CompletableFuture.failedFuture(
            new UnavailableException(Reason.NOT_READY, "the node is starting"))
        : known.ask(request);
  }
}
