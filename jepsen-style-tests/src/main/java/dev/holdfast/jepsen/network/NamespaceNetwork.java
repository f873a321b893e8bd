package dev.holdfast.jepsen.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;

/**
 * Each node has a network namespace, all of them and this machine's own are linked by a bridge. A
 * link that is cut loses packets, as real ones do: the opening of a connection over it hangs, TCP
 * sends again and gives up by itself. Needs Linux, root, and the programs {@code ip}, {@code
 * unshare} and {@code nsenter}. Thread-safe.
 *
 * <p>It can only cut: slow and lossy links take {@code netem}, a module that many kernels lack. Of
 * the packet filters it uses none, for the same reason: a receiver drops by a rule of its routing
 * what a cut link brings, and counts it. Addresses are of the range that RFC 2544 keeps for tests.
 */
public final class NamespaceNetwork implements Network {
  private static final int NET_COUNT = 256;
  private static final int TRIES = 20;
  private static final int OUTSIDE_NUMBER = 254;
  private static final String OUTSIDE_LINK = "holdfast";

  /** Routes of a node are looked up in this order; what is for itself comes first usually. */
  private static final String CUTS_PREFERENCE = "10";

  private static final String LOCAL_PREFERENCE = "100";

  private record Cut(int from, int to) {}

  private final int net;
  private final Namespace bridge;
  private final List<Namespace> nodes = new ArrayList<>();
  private final Set<Cut> cuts = new HashSet<>();
  private long droppedBefore;

  /**
   * @throws IllegalStateException with the reason, when this machine cannot have one
   */
  public NamespaceNetwork(int nodeCount) {
    this.bridge = Namespace.create();
    try {
      bridge.run("ip", "link", "add", "name", "bridge", "type", "bridge");
      bridge.run("ip", "link", "set", "bridge", "up");
      this.net = linkOutside();
      for (int node = 0; node < nodeCount; node++) {
        nodes.add(Namespace.create());
        link(node);
      }
      introduce();
    } catch (IllegalStateException e) {
      close();
      throw e;
    }
  }

  /** Whether this machine lets this user have one. */
  public static boolean isPossible() {
    try (NamespaceNetwork tried = new NamespaceNetwork(1)) {
      tried.set(OUTSIDE, 0, LinkQuality.CUT);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** Returns the number of a network that no other cluster has: the link's name says so. */
  private int linkOutside() {
    IllegalStateException last = new IllegalStateException("not tried");
    for (int i = 0; i < TRIES; i++) {
      int number = ThreadLocalRandom.current().nextInt(NET_COUNT);
      String name = OUTSIDE_LINK + number;
      try {
        here("ip", "link", "add", "name", name, "type", "veth", "peer", "name", name + "b");
      } catch (IllegalStateException e) {
        last = e;
        continue;
      }
      here("ip", "link", "set", name, "address", hardware(OUTSIDE));
      here("ip", "link", "set", name + "b", "netns", Long.toString(bridge.pid()));
      bridge.run("ip", "link", "set", name + "b", "master", "bridge", "up");
      here("ip", "address", "add", address(number, OUTSIDE) + "/24", "dev", name);
      here("ip", "link", "set", name, "up");
      return number;
    }
    throw last;
  }

  private static String here(String... command) {
    return Namespace.runHere(List.of(command));
  }

  private void link(int node) {
    Namespace namespace = nodes.get(node);
    String pid = Long.toString(namespace.pid());
    String port = "node" + node;
    bridge.run("ip", "link", "add", "name", port, "type", "veth", "peer", "name", "eth0");
    bridge.run("ip", "link", "set", "eth0", "address", hardware(node), "netns", pid);
    bridge.run("ip", "link", "set", port, "master", "bridge", "up");
    namespace.run("ip", "address", "add", host(node) + "/24", "dev", "eth0");
    namespace.run("ip", "link", "set", "lo", "up");
    namespace.run("ip", "link", "set", "eth0", "up");
    namespace.run("ip", "rule", "add", "preference", LOCAL_PREFERENCE, "lookup", "local");
    namespace.run("ip", "rule", "delete", "preference", "0");
  }

  /**
   * All know where the others are, and need not ask: a receiver that drops what comes from somebody
   * does not tell him its hardware's address, and without that no packet would be sent at all.
   */
  private void introduce() {
    for (int node = 0; node < nodes.size(); node++) {
      for (int other = OUTSIDE; other < nodes.size(); other++) {
        if (other != node) {
          nodes.get(node).run(neighbour(other, "eth0"));
        }
      }
      here(neighbour(node, OUTSIDE_LINK + net));
    }
  }

  private String[] neighbour(int node, String device) {
    String hardware = hardware(node);
    return new String[] {
      "ip",
      "neighbour",
      "replace",
      host(node),
      "lladdr",
      hardware,
      "dev",
      device,
      "nud",
      "permanent"
    };
  }

  @Override
  public String host(int node) {
    return address(net, node);
  }

  private static String address(int net, int node) {
    return "198.18." + net + "." + number(node);
  }

  /** Of those that nobody has registered; no two of one bridge are the same. */
  private static String hardware(int node) {
    return "02:00:00:00:00:%02x".formatted(number(node));
  }

  private static int number(int node) {
    return node == OUTSIDE ? OUTSIDE_NUMBER : node + 1;
  }

  @Override
  public List<String> into(int node) {
    return nodes.get(node).into();
  }

  @Override
  public int behind(int node, int port, IntSupplier freePort) {
    return port; // its address is one of this network
  }

  @Override
  public void isNode(long pid, int node) {
    // its address says so
  }

  @Override
  public synchronized void set(int from, int to, LinkQuality quality) {
    if (to == OUTSIDE || !(quality.equals(LinkQuality.CUT) || quality.equals(LinkQuality.GOOD))) {
      throw new UnsupportedOperationException("network namespaces can only cut links to nodes");
    }
    Cut cut = new Cut(from, to);
    if (quality.equals(LinkQuality.CUT) && cuts.add(cut)) {
      rule("add", cut);
    } else if (quality.equals(LinkQuality.GOOD) && cuts.remove(cut)) {
      rule("delete", cut);
    }
  }

  private void rule(String verb, Cut cut) {
    String from = host(cut.from());
    nodes
        .get(cut.to())
        .run("ip", "rule", verb, "preference", CUTS_PREFERENCE, "from", from, "blackhole");
  }

  @Override
  public void breakBetween(int one, int other) {
    throw new UnsupportedOperationException("network namespaces break no connection");
  }

  @Override
  public synchronized void heal() {
    cuts.forEach(cut -> rule("delete", cut));
    cuts.clear();
    droppedBefore = dropped();
  }

  @Override
  public synchronized long affectedCount() {
    return dropped() - droppedBefore;
  }

  /** Packets that came to nodes and were for nobody, by their routes. */
  private long dropped() {
    return nodes.stream().mapToLong(node -> dropped(counters(node))).sum();
  }

  private static List<String> counters(Namespace node) {
    try {
      return Files.readAllLines(Path.of("/proc/" + node.pid() + "/net/snmp"));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read a node's counters of packets: " + e, e);
    }
  }

  /** A line has the names, the next one the counts. */
  private static long dropped(List<String> counters) {
    for (int i = 0; i + 1 < counters.size(); i++) {
      List<String> names = List.of(counters.get(i).split(" "));
      if (names.get(0).equals("Ip:")) {
        String[] counts = counters.get(i + 1).split(" ");
        return Long.parseLong(counts[names.indexOf("InAddrErrors")]);
      }
    }
    throw new IllegalStateException("no counters of packets in " + counters);
  }

  @Override
  public void close() {
    nodes.forEach(Namespace::close);
    bridge.close();
  }
}
