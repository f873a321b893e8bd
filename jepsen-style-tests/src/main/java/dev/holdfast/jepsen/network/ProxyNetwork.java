package dev.holdfast.jepsen.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * Every connection goes through a proxy of ours, those of whoever else to a node as well. Needs no
 * rights, counts what it does, and can delay and lose; what it does it does to connections, not to
 * packets. Thread-safe.
 *
 * <p>A cut link holds what is on its way, and a connection that is opened over it is accepted and
 * silent: unlike a real network, where opening would hang. What is lost is late, as TCP makes it.
 */
public final class ProxyNetwork implements Network {
  private static final int BACKLOG = 256;
  private static final long ACCEPT_AGAIN_NANOS = 10_000_000;

  private record Direction(int from, int to) {}

  private final long seed;
  private final Map<Direction, Link> links = new ConcurrentHashMap<>();
  private final Map<Long, Integer> nodesByPid = new ConcurrentHashMap<>();
  private final List<ServerSocket> doors = new ArrayList<>();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  public ProxyNetwork(long seed) {
    this.seed = seed;
  }

  @Override
  public String host(int node) {
    return InetAddress.getLoopbackAddress().getHostAddress();
  }

  @Override
  public List<String> into(int node) {
    return List.of();
  }

  @Override
  public int behind(int node, int port, IntSupplier freePort) {
    int behind = freePort.getAsInt();
    forward(port, node, behind);
    return behind;
  }

  @Override
  public void isNode(long pid, int node) {
    nodesByPid.values().removeIf(other -> other == node);
    nodesByPid.put(pid, node);
  }

  /** Whoever connects to the one port of this machine is connected to the other, on that node. */
  public void forward(int publicPort, int node, int port) {
    try {
      ServerSocket door = new ServerSocket(publicPort, BACKLOG, InetAddress.getLoopbackAddress());
      doors.add(door);
      Thread thread = new Thread(() -> accept(door, node, port), "proxy-" + publicPort);
      thread.setDaemon(true);
      thread.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket door, int node, int port) {
    while (!door.isClosed()) {
      try {
        Socket caller = door.accept();
        Thread thread = new Thread(() -> connect(caller, node, port), "proxy-connect");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        if (!door.isClosed()) {
          LockSupport.parkNanos(ACCEPT_AGAIN_NANOS); // out of descriptors, perhaps
        }
      }
    }
  }

  private void connect(Socket caller, int node, int port) {
    try {
      int from = source(caller);
      link(from, node).awaitOpen();
      link(node, from).awaitOpen();
      Socket callee = new Socket();
      callee.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      caller.setTcpNoDelay(true);
      callee.setTcpNoDelay(true);
      Connection connection =
          new Connection(
              new Connection.Ends(caller, callee),
              link(from, node),
              link(node, from),
              connections::remove);
      connections.add(connection);
      connection.start();
    } catch (IOException e) {
      Pump.reset(caller);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int source(Socket caller) throws IOException {
    OptionalLong pid =
        SocketOwners.find(
            caller.getPort(), caller.getLocalPort(), List.copyOf(nodesByPid.keySet()));
    return pid.isPresent() ? nodesByPid.getOrDefault(pid.getAsLong(), OUTSIDE) : OUTSIDE;
  }

  private Link link(int from, int to) {
    return links.computeIfAbsent(
        new Direction(from, to), direction -> new Link(seed ^ direction.hashCode()));
  }

  @Override
  public void set(int from, int to, LinkQuality quality) {
    link(from, to).set(quality);
  }

  @Override
  public void breakBetween(int one, int other) {
    Link link = link(one, other);
    List.copyOf(connections).stream()
        .filter(connection -> connection.goesOver(link))
        .forEach(Connection::close);
  }

  @Override
  public void heal() {
    links.values().forEach(link -> link.set(LinkQuality.GOOD));
  }

  @Override
  public long affectedCount() {
    return links.values().stream().mapToLong(Link::affectedCount).sum();
  }

  @Override
  public void close() {
    heal();
    for (ServerSocket door : doors) {
      try {
        door.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    List.copyOf(connections).forEach(Connection::close);
  }
}
