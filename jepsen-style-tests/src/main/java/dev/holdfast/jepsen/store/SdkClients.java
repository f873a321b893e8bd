package dev.holdfast.jepsen.store;

import java.net.URI;
import java.util.List;

/**
 * Clients of the DynamoDB API. It has no sessions: all that is asked for in one is read strongly.
 */
public final class SdkClients implements Clients {
  private final List<URI> nodes;

  public SdkClients(List<URI> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  @Override
  public int nodeCount() {
    return nodes.size();
  }

  @Override
  public Store open(int node) {
    return new SdkStore(nodes, node);
  }

  @Override
  public Store openSession(int node, String token) {
    return open(node);
  }
}
