package dev.holdfast.jepsen.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the nodes of a cluster are reached.
 *
 * @param hosts one for each node
 * @param ports one for each {@link Service}, of node after node
 */
record Addresses(List<String> hosts, List<Integer> ports) {
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
    hosts = List.copyOf(hosts);
    ports = List.copyOf(ports);
  }

  /** On ports that are free on this machine. */
  static Addresses on(List<String> hosts) {
    return new Addresses(hosts, Ports.free(hosts.size() * SERVICES.size()));
  }

  int nodeCount() {
    return hosts.size();
  }

  int port(int node, Service service) {
    return ports.get(node * SERVICES.size() + SERVICES.indexOf(service));
  }

  String at(int node, Service service) {
    return hosts.get(node) + ":" + port(node, service);
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
