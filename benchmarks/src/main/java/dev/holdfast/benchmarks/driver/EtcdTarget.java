package dev.holdfast.benchmarks.driver;

import dev.holdfast.benchmarks.load.Operation;
import dev.holdfast.benchmarks.load.PlacedItem;
import dev.holdfast.benchmarks.load.Target;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * etcd through gRPC. All calls go to the leader, which spares etcd the hop that our own client is
 * spared too.
 */
public final class EtcdTarget implements Target {
  private static final int LANES_PER_CHANNEL = 64;

  private final String leader;
  private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final int laneCount;

  /**
   * @param leader host:port of the leader's client endpoint
   */
  public EtcdTarget(String leader, int laneCount) {
    this.leader = leader;
    this.laneCount = laneCount;
  }

  @Override
  public String name() {
    return "etcd";
  }

  @Override
  public void prepare(int placeCount) {
    for (int lane = 0; lane < laneCount; lane += LANES_PER_CHANNEL) {
      channels.add(
          NettyChannelBuilder.forTarget(leader)
              .usePlaintext()
              .directExecutor()
              .eventLoopGroup(loops)
              .channelType(NioSocketChannel.class)
              .build());
    }
  }

  /** A read of several keys is a transaction: etcd has no other. */
  @Override
  public boolean supports(Operation operation) {
    return operation != Operation.BATCH_GET_STRONG;
  }

  @Override
  public CompletableFuture<?> put(int lane, PlacedItem item) {
    return call(lane, EtcdMessages.PUT, put(item));
  }

  @Override
  public CompletableFuture<?> start(Operation operation, int lane, long itemNumber) {
    List<PlacedItem> items = operation.items(itemNumber);
    return switch (operation) {
      case PUT -> put(lane, items.get(0));
      case STRONG_GET -> get(lane, range(items.get(0), false));
      case EVENTUAL_GET -> get(lane, range(items.get(0), true));
      case TRANSACT_ONE, TRANSACT_TWO, TRANSACT_HOT ->
          call(
              lane,
              EtcdMessages.TXN,
              EtcdTransaction.ofPuts(items.stream().map(EtcdTarget::put).toList()));
      case TRANSACT_GET -> getTogether(lane, items);
      case BATCH_GET_STRONG ->
          CompletableFuture.failedFuture(new UnsupportedOperationException(operation.title()));
    };
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    var unused =
        loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static byte[] put(PlacedItem item) {
    return EtcdMessages.putRequest(key(item), item.item().plainText());
  }

  private static byte[] range(PlacedItem item, boolean serializable) {
    return EtcdMessages.rangeRequest(key(item), serializable);
  }

  /** In place 0 the item's own. */
  private static String key(PlacedItem item) {
    return item.place() == 0 ? item.item().key() : item.place() + item.item().key();
  }

  private CompletableFuture<?> getTogether(int lane, List<PlacedItem> items) {
    byte[] request =
        EtcdTransaction.ofRanges(items.stream().map(item -> range(item, false)).toList());
    return call(lane, EtcdMessages.TXN, request)
        .thenAccept(
            response -> {
              if (EtcdTransaction.pairCount(response) != items.size()) {
                throw new IllegalStateException("etcd does not have all of the keys");
              }
            });
  }

  private CompletableFuture<?> get(int lane, byte[] request) {
    return call(lane, EtcdMessages.RANGE, request)
        .thenAccept(
            response -> {
              if (!EtcdMessages.hasPair(response)) {
                throw new IllegalStateException("etcd does not have the key");
              }
            });
  }

  private CompletableFuture<byte[]> call(
      int lane, MethodDescriptor<byte[], byte[]> method, byte[] request) {
    ClientCall<byte[], byte[]> call =
        channels.get(lane / LANES_PER_CHANNEL).newCall(method, CallOptions.DEFAULT);
    Answer answer = new Answer();
    call.start(answer, new Metadata());
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
    return answer.future;
  }

  /** Runs on the event loop of its channel. */
  private static final class Answer extends ClientCall.Listener<byte[]> {
    final CompletableFuture<byte[]> future = new CompletableFuture<>();
    private byte @Nullable [] message;

    @Override
    public void onMessage(byte[] received) {
      message = received;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      byte[] received = message;
      if (status.isOk() && received != null) {
        future.complete(received);
      } else {
        future.completeExceptionally(status.asRuntimeException());
      }
    }
  }
}
