package dev.holdfast.jepsen.store;

import dev.holdfast.client.HoldfastClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clients of the native protocol, one connected client for each node that they turn to first. */
public final class NativeClients implements Clients, AutoCloseable {
  private final List<HoldfastClient> clients = new ArrayList<>();
  private final List<URI> endpoints;

  /**
   * @param addresses of the native protocol
   * @param nodes what the nodes of these addresses are called
   * @param timeout of a call, retries included
   * @param endpoints of the DynamoDB API, for what the native client cannot do
   */
  public NativeClients(
      List<String> addresses, List<String> nodes, Duration timeout, List<URI> endpoints) {
    this.endpoints = List.copyOf(endpoints);
    for (String node : nodes) {
      HoldfastClient.Builder builder = HoldfastClient.builder().timeout(timeout);
      addresses.forEach(builder::address);
      clients.add(builder.preferredNode(node).build());
    }
  }

  @Override
  public int nodeCount() {
    return clients.size();
  }

  @Override
  public Store open(int node) {
    return new NativeStore(clients.get(node), endpoints);
  }

  @Override
  public Store openSession(int node, String token) {
    return NativeStore.inSession(clients.get(node), token, endpoints);
  }

  @Override
  public void close() {
    clients.forEach(HoldfastClient::close);
  }
}
