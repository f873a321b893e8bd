package dev.holdfast.client.routing;

import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import java.util.concurrent.CompletableFuture;

/** A node that can be asked: over the network, or this very process. */
@FunctionalInterface
public interface NodeLink {
  /**
   * Never throws; the future fails with a {@link dev.holdfast.protocol.rpc.StoreException} and
   * completes within the request's time-out. A request that surely was not sent fails as
   * unavailable, one whose answer was lost as indeterminate.
   */
  CompletableFuture<NodeReply> ask(NodeRequest request);
}
