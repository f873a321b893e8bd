package dev.holdfast.benchmarks.driver;

import dev.holdfast.benchmarks.load.Operation;
import dev.holdfast.benchmarks.load.PlacedItem;
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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * DynamoDB JSON over keep-alive HTTP/1.1: one connection for each lane, as AWS SDKs do, but with
 * requests made by hand and answers hardly looked at, so that the client's CPU does not hide the
 * server's.
 */
public final class HttpTarget implements Target {
  private static final int LOOP_THREADS = 1;

  private final String name;
  private final Supplier<List<InetSocketAddress>> choice;
  private final IntFunction<List<String>> tables;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(LOOP_THREADS, NioIoHandler.newFactory());
  private final List<HttpLane> lanes = new ArrayList<>();
  private final int laneCount;
  private TransactionBodies bodies = new TransactionBodies(List.of());

  /**
   * @param tables names the tables of so many places; those that do not exist are made
   * @param choice endpoints, over which lanes are spread in turn; asked before each run, since the
   *     node that leads may have changed
   */
  public HttpTarget(
      String name,
      IntFunction<List<String>> tables,
      Supplier<List<InetSocketAddress>> choice,
      int laneCount) {
    this.name = name;
    this.tables = tables;
    this.choice = choice;
    this.laneCount = laneCount;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void prepare(int placeCount) {
    List<String> names = tables.apply(placeCount);
    bodies = new TransactionBodies(names);
    refresh();
    names.forEach(table -> DynamoDbTable.create(lanes.get(0), table));
  }

  /** Connects anew: a server may close a connection that was idle just when it is used again. */
  @Override
  public void refresh() {
    lanes.forEach(HttpLane::close);
    lanes.clear();
    List<InetSocketAddress> endpoints = choice.get();
    for (int lane = 0; lane < laneCount; lane++) {
      lanes.add(connect(endpoints.get(lane % endpoints.size())));
    }
  }

  @Override
  public CompletableFuture<?> put(int lane, PlacedItem item) {
    String body =
        "{\"TableName\":\""
            + bodies.tables().get(item.place())
            + "\",\"Item\":"
            + item.item().dynamoDbJson()
            + "}";
    return lanes.get(lane).ask("PutItem", body, HttpLane.Expect.SUCCESS);
  }

  @Override
  public CompletableFuture<?> start(Operation operation, int lane, long itemNumber) {
    List<PlacedItem> items = operation.items(itemNumber);
    HttpLane connection = lanes.get(lane);
    return switch (operation) {
      case PUT -> put(lane, items.get(0));
      case STRONG_GET -> get(lane, items.get(0), true);
      case EVENTUAL_GET -> get(lane, items.get(0), false);
      case TRANSACT_ONE, TRANSACT_TWO, TRANSACT_HOT ->
          connection.ask(
              "TransactWriteItems", bodies.transactPuts(items, token()), HttpLane.Expect.SUCCESS);
      case TRANSACT_GET ->
          connection.ask("TransactGetItems", bodies.transactGets(items), HttpLane.Expect.GROUP);
      case BATCH_GET_STRONG ->
          connection.ask("BatchGetItem", bodies.strongBatchGet(items), HttpLane.Expect.GROUP);
    };
  }

  @Override
  public void close() {
    lanes.forEach(HttpLane::close);
    loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Unlike those of other requests; not a secret, so without the cost of a secure random. */
  private static UUID token() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong());
  }

  private CompletableFuture<?> get(int lane, PlacedItem item, boolean consistent) {
    String body =
        "{\"TableName\":\""
            + bodies.tables().get(item.place())
            + "\",\"Key\":{\"pk\":{\"S\":\""
            + item.item().key()
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
