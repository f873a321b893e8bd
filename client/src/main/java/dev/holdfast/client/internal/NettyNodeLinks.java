package dev.holdfast.client.internal;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.NodeLinks;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/** One {@link NodeConnection} per address, on event loops of its own. Thread-safe. */
public final class NettyNodeLinks implements NodeLinks, AutoCloseable {
  private static final long CLOSE_TIMEOUT_MILLIS = 2_000;
  private static final int PORT_MAX = 65_535;

  /** Addresses come from seeds and maps; beyond this many something is wrong. */
  private static final int CONNECTIONS_MAX = 4096;

  private final EventLoopGroup loops;
  private final ConnectionLimits limits;
  private final ConcurrentMap<String, NodeConnection> connections = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public NettyNodeLinks(int threads, ConnectionLimits limits) {
    this.loops =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("holdfast-client", true), NioIoHandler.newFactory());
    this.limits = limits;
  }

  @Override
  public NodeLink to(String rpcAddress) {
    NodeConnection connection = connections.get(rpcAddress);
    if (connection != null) {
      return connection;
    }
    if (closed || connections.size() >= CONNECTIONS_MAX) {
      return refusing(closed ? "the client is closed" : "too many addresses");
    }
    int colon = rpcAddress.lastIndexOf(':');
    int port = colon < 1 ? -1 : port(rpcAddress.substring(colon + 1));
    if (port < 1) {
      return refusing("not an address of the form host:port: '" + rpcAddress + "'");
    }
    String host = rpcAddress.substring(0, colon);
    return connections.computeIfAbsent(
        rpcAddress,
        address ->
            new NodeConnection(
                InetSocketAddress.createUnresolved(host, port), loops.next(), limits));
  }

  private static NodeLink refusing(String why) {
    return request ->
        CompletableFuture.failedFuture(new UnavailableException(Reason.UNREACHABLE, why));
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port <= PORT_MAX ? port : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  @Override
  public void close() {
    closed = true;
    connections.values().forEach(NodeConnection::close);
    loops
        .shutdownGracefully(0, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS);
  }
}
