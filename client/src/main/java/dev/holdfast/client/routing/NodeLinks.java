package dev.holdfast.client.routing;

/** Where links come from; asked once per request, so it must be cheap when a link exists. */
@FunctionalInterface
public interface NodeLinks {
  /** A link to the node that serves the native protocol at {@code host:port}. */
  NodeLink to(String rpcAddress);
}
