package dev.holdfast.client.transport;

import dev.holdfast.client.internal.NettyNodeLinks;
import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.NodeLinks;

/**
 * Links to nodes over TCP: one connection per address, opened when first asked, on which requests
 * follow each other without waiting (pipelining). Answers come in any order.
 *
 * <p>Thread-safe. Futures complete on the event loop; the caller must not block there. Closing ends
 * all connections and fails what is under way.
 */
public final class NodeConnections implements NodeLinks, AutoCloseable {
  private final NettyNodeLinks links;

  public NodeConnections(ConnectionOptions options) {
    this.links = new NettyNodeLinks(options.threads(), options.limits());
  }

  @Override
  public NodeLink to(String rpcAddress) {
    return links.to(rpcAddress);
  }

  @Override
  public void close() {
    links.close();
  }
}
