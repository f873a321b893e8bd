package dev.holdfast.node.rpc;

import dev.holdfast.client.routing.NodeLink;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves clients and other nodes over TCP by asking the local node; answers go out as they come, in
 * any order.
 *
 * <p>Limits are in the options; a connection that exceeds them is not read until it has caught up.
 * A frame that cannot be one closes its connection; a request that does not decode is answered.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's: failures show as a closed channel
public final class NativeServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NativeServer.class);
  private static final int BACKLOG = 1024;

  private final NativeServerOptions options;
  private final EventLoopGroup loops;
  private final ServedRequests served;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel listener;

  /**
   * Binds and serves.
   *
   * @param local must not block
   * @throws IOException when the address cannot be bound
   */
  public NativeServer(NativeServerOptions options, NodeLink local) throws IOException {
    this.options = options;
    this.served = new ServedRequests(options.totalBytesMax());
    this.loops =
        new MultiThreadIoEventLoopGroup(
            options.threads(),
            new DefaultThreadFactory("native-server", true),
            NioIoHandler.newFactory());
    this.listener = bind(local);
  }

  private Channel bind(NodeLink local) throws IOException {
    WriteBufferWaterMark unsent =
        new WriteBufferWaterMark(options.unsentBytesMax() / 2, options.unsentBytesMax());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, unsent)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, local);
                  }
                });
    var bound = bootstrap.bind(options.host(), options.port()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stopLoops();
      throw new IOException(
          "cannot listen on " + options.host() + ":" + options.port(), bound.cause());
    }
    return bound.channel();
  }

  private void accept(Channel channel, NodeLink local) {
    if (connections.size() >= options.connectionsMax()) {
      log.warn(
          "peer={} refused: {} connections are open", channel.remoteAddress(), connections.size());
      channel.close();
      return;
    }
    connections.add(channel);
    NativeConnection.install(channel, options, local, served);
  }

  /** Where it listens; tells the port when any free one was asked for. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Open connections. */
  public int connectionCount() {
    return connections.size();
  }

  /** Requests being served, of all connections. */
  public int inFlightCount() {
    return served.inFlightCount();
  }

  /** Stops listening, refuses what is new, lets what is in flight be answered, then disconnects. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    served.stop();
    if (!served.awaitIdle(options.stopTimeout())) {
      log.warn("stopping with {} requests unanswered", served.inFlightCount());
    }
    connections.close().awaitUninterruptibly(options.stopTimeout().toMillis());
    stopLoops();
  }

  private void stopLoops() {
    long millis = options.stopTimeout().toMillis();
    loops.shutdownGracefully(0, millis, TimeUnit.MILLISECONDS).awaitUninterruptibly(millis);
  }
}
