package dev.holdfast.jepsen.store;

import dev.holdfast.client.HoldfastClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clients of the native protocol, one connected client for each node that they turn to first. */
public final class NativeClients implements Clients, AutoCloseable {
  private final List<HoldfastClient> clients = new ArrayList<>();

  /**
   * @param addresses of the native protocol
   * @param nodes what the nodes of these addresses are called
   * @param timeout of a call, retries included
   */
  public NativeClients(List<String> addresses, List<String> nodes, Duration timeout) {
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
    return new NativeStore(clients.get(node));
  }

  @Override
  public Store openSession(int node, String token) {
    return NativeStore.inSession(clients.get(node), token);
  }

  @Override
  public void close() {
    clients.forEach(HoldfastClient::close);
  }
}
