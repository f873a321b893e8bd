package dev.holdfast.jepsen.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * All links between nodes, and from whoever else to them. Nodes are numbers from 0. Thread-safe.
 *
 * <p>A cut link holds what is on its way, and a connection that is opened over it is accepted and
 * silent: unlike a real network, where opening would hang. What is lost is late, as TCP makes it.
 */
public final class Network implements AutoCloseable {
  /** Who is no node: a client, a command, a test. */
  public static final int OUTSIDE = -1;

  private static final int BACKLOG = 256;
  private static final long ACCEPT_AGAIN_NANOS = 10_000_000;

  private record Direction(int from, int to) {}

  private final long seed;
  private final Map<Direction, Link> links = new ConcurrentHashMap<>();
  private final Map<Long, Integer> nodesByPid = new ConcurrentHashMap<>();
  private final List<ServerSocket> doors = new ArrayList<>();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  public Network(long seed) {
    this.seed = seed;
  }

  /** From now on the process with this id is that node. */
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

  /** What goes from the one to the other is treated so from now on; the way back is as it was. */
  public void set(int from, int to, LinkQuality quality) {
    link(from, to).set(quality);
  }

  /** Both ways between each of the ones and each of the others. */
  public void setBetween(
      Collection<Integer> ones, Collection<Integer> others, LinkQuality quality) {
    for (int one : ones) {
      for (int other : others) {
        set(one, other, quality);
        set(other, one, quality);
      }
    }
  }

  /** Breaks all connections between the two, for good: what was held on them is lost. */
  public void breakBetween(int one, int other) {
    Link link = link(one, other);
    List.copyOf(connections).stream()
        .filter(connection -> connection.goesOver(link))
        .forEach(Connection::close);
  }

  /** All links are good again, and what was held is on its way. */
  public void heal() {
    links.values().forEach(link -> link.set(LinkQuality.GOOD));
  }

  /** Pieces that links have held, delayed or lost since their quality was set last. */
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
