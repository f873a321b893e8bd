package dev.holdfast.benchmarks.driver;

import dev.holdfast.benchmarks.load.Operation;
import dev.holdfast.benchmarks.load.SampleItem;
import dev.holdfast.benchmarks.load.Target;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * DynamoDB JSON over keep-alive HTTP/1.1: one connection for each lane, as AWS SDKs do, but with
 * requests made by hand and answers hardly looked at, so that the client's CPU does not hide the
 * server's.
 */
public final class HttpTarget implements Target {
  private static final String TABLE = "bench";
  private static final int LOOP_THREADS = 1;

  private final String name;
  private final Supplier<List<InetSocketAddress>> choice;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(LOOP_THREADS, NioIoHandler.newFactory());
  private final List<HttpLane> lanes = new ArrayList<>();
  private final int laneCount;
  private List<InetSocketAddress> endpoints = List.of();

  /**
   * @param choice endpoints, over which lanes are spread in turn; asked before each run, since the
   *     node that leads may have changed
   */
  public HttpTarget(String name, Supplier<List<InetSocketAddress>> choice, int laneCount) {
    this.name = name;
    this.choice = choice;
    this.laneCount = laneCount;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void prepare() {
    endpoints = choice.get();
    for (int lane = 0; lane < laneCount; lane++) {
      lanes.add(connect(endpoints.get(lane % endpoints.size())));
    }
    DynamoDbTable.create(lanes.get(0), TABLE);
  }

  @Override
  public void refresh() {
    List<InetSocketAddress> chosen = choice.get();
    boolean moved = !chosen.equals(endpoints);
    endpoints = chosen;
    for (int lane = 0; lane < laneCount; lane++) {
      if (moved) {
        lanes.get(lane).close();
      }
      if (!lanes.get(lane).isOpen()) {
        lanes.set(lane, connect(endpoints.get(lane % endpoints.size())));
      }
    }
  }

  @Override
  public CompletableFuture<?> start(Operation operation, int lane, long itemNumber) {
    SampleItem item = new SampleItem(itemNumber);
    return switch (operation) {
      case PUT ->
          lanes
              .get(lane)
              .ask(
                  "PutItem",
                  "{\"TableName\":\"bench\",\"Item\":" + item.dynamoDbJson() + "}",
                  HttpLane.Expect.SUCCESS);
      case STRONG_GET -> get(lane, item, true);
      case EVENTUAL_GET -> get(lane, item, false);
    };
  }

  @Override
  public void close() {
    lanes.forEach(HttpLane::close);
    loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
  }

  private CompletableFuture<?> get(int lane, SampleItem item, boolean consistent) {
    String body =
        "{\"TableName\":\"bench\",\"Key\":{\"pk\":{\"S\":\""
            + item.key()
            + "\"}},\"ConsistentRead\":"
            + consistent
            + "}";
    return lanes.get(lane).ask("GetItem", body, HttpLane.Expect.ITEM);
  }

  private HttpLane connect(InetSocketAddress endpoint) {
    HttpLane lane = new HttpLane(endpoint.getHostString() + ":" + endpoint.getPort());
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(lane);
                  }
                });
    bootstrap.connect(endpoint).syncUninterruptibly();
    return lane;
  }
}
