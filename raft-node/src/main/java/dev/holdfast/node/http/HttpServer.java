package dev.holdfast.node.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * An HTTP server on one address: HTTP/1.1 with keep-alive, and HTTP/2 for clients that ask for it.
 *
 * <p>Started once, closed once. Requests are handled on its event loops; see {@link HttpHandler}.
 * Only large compressed bodies leave them for a while.
 */
@SuppressWarnings("FutureReturnValueIgnored") // stopping waits for the channels, not for tasks
public final class HttpServer implements AutoCloseable {
  private static final int ACCEPT_BACKLOG = 1024;
  private static final int CHUNK_BYTES_MAX = 64 << 10;

  private final HttpOptions options;
  private final Admission admission;
  private final RequestService service;
  private final AnswerDate date;
  private final EventLoopGroup loops;
  private final ChannelGroup connections =
      new DefaultChannelGroup("http-connections", GlobalEventExecutor.INSTANCE, true);
  private final Channel listener;

  /** Tells a connection that the server stops. */
  enum Stopping {
    NOW
  }

  private HttpServer(HttpOptions options, RequestService service, AnswerDate date)
      throws IOException {
    this.options = options;
    this.admission = service.admission();
    this.service = service;
    this.date = date;
    this.loops =
        new MultiThreadIoEventLoopGroup(
            options.eventLoopCount(), new DefaultThreadFactory("http"), NioIoHandler.newFactory());
    this.listener = bind();
  }

  /**
   * Binds and serves.
   *
   * @param random thread-safe source of request ids
   * @param clock what answers are dated by
   * @param coders runs what packs and unpacks large bodies, or rejects it; stopped after the server
   * @throws IOException when the address cannot be bound
   */
  public static HttpServer start(
      HttpOptions options,
      HttpHandler handler,
      LongSupplier random,
      InstantSource clock,
      Executor coders)
      throws IOException {
    RequestService service =
        new RequestService(new Admission(options), handler, new RequestIds(random), coders);
    return new HttpServer(options, service, new AnswerDate(clock));
  }

  private Channel bind() throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    addHandlers(channel.pipeline(), options, service, date);
                    connections.add(channel);
                  }
                })
            .bind(options.host(), options.port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new IOException(
          "cannot listen on " + options.host() + ":" + options.port(), bound.cause());
    }
    return bound.channel();
  }

  /** What a connection begins with. */
  static void addHandlers(
      ChannelPipeline pipeline, HttpOptions options, RequestService service, AnswerDate date) {
    HttpDecoderConfig decoding =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(options.headerBytesMax())
            .setMaxHeaderSize(options.headerBytesMax())
            .setMaxChunkSize(CHUNK_BYTES_MAX);
    Http2Start http2 = new Http2Start(options, service, date);
    Connection connection = new Connection(options, service, new Answers(date), http2);
    pipeline
        .addLast(new ProtocolChoice(connection, http2))
        .addLast(
            new HttpRequestDecoder(decoding) {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
                connection.bytesCame();
                super.channelRead(ctx, message);
              }
            })
        .addLast(connection);
  }

  /** Where it listens; the port is the real one when a free one was asked for. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Connections open at this moment. */
  public int connectionCount() {
    return admission.connectionCount();
  }

  /** Requests being served at this moment. */
  public int requestCount() {
    return admission.requestCount();
  }

  /** Bytes of request bodies held at this moment. */
  public long bodyBytesInFlight() {
    return admission.bodyBytes();
  }

  /** Bytes of answers that wait for their clients at this moment. */
  public long unsentBytes() {
    return admission.unsent().totalBytes();
  }

  /** Stops accepting, lets requests in flight end within the grace, then closes everything. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    for (Channel channel : connections) {
      channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(Stopping.NOW));
    }
    connections.newCloseFuture().awaitUninterruptibly(options.stopGrace().toMillis());
    connections.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
