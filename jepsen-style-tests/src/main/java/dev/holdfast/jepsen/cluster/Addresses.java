package dev.holdfast.jepsen.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the nodes of a cluster are reached.
 *
 * @param ports one for each {@link Service}, of node after node
 */
record Addresses(List<Integer> ports) {
  /** What a node listens for, in the order of its ports. */
  enum Service {
    HTTP("http"),
    RPC("rpc"),
    RAFT("raft"),
    ADMIN("admin");

    private final String key;

    Service(String key) {
      this.key = key;
    }

    /** What it is called in a node's configuration. */
    String key() {
      return key;
    }
  }

  private static final List<Service> SERVICES = List.of(Service.values());

  Addresses {
    ports = List.copyOf(ports);
  }

  static Addresses free(int nodeCount) {
    return new Addresses(Ports.free(nodeCount * SERVICES.size()));
  }

  int nodeCount() {
    return ports.size() / SERVICES.size();
  }

  int port(int node, Service service) {
    return ports.get(node * SERVICES.size() + SERVICES.indexOf(service));
  }

  String at(int node, Service service) {
    return "127.0.0.1:" + port(node, service);
  }

  /** Of a cluster's file, the lines that say where a node listens. */
  List<String> configuration(int node, String name) {
    List<String> lines = new ArrayList<>();
    for (Service service : SERVICES) {
      lines.add("node." + name + "." + service.key() + "=" + at(node, service));
    }
    return lines;
  }
}
