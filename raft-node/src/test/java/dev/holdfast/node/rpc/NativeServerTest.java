package dev.holdfast.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.transport.ConnectionOptions;
import dev.holdfast.client.transport.NodeConnections;
import dev.holdfast.protocol.codec.RpcCodec;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.rpc.Frames;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The native protocol over loopback: our own transport on one side, the server on the other. */
@Timeout(30)
class NativeServerTest {
  private static final PartitionId PARTITION = new PartitionId(7);

  private final NodeConnections connections = new NodeConnections(ConnectionOptions.defaults());
  private final ConcurrentLinkedQueue<CompletableFuture<NodeReply>> held =
      new ConcurrentLinkedQueue<>();
  private final List<AutoCloseable> open = new ArrayList<>(List.of(connections));

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private NativeServer serve(NativeServerOptions options, NodeLink local) throws IOException {
    NativeServer server = new NativeServer(options, local);
    open.add(server);
    return server;
  }

  private NativeServer serve(NodeLink local) throws IOException {
    return serve(NativeServerOptions.at("127.0.0.1", 0), local);
  }

  private NodeLink linkTo(NativeServer server) {
    return connections.to("127.0.0.1:" + server.address().getPort());
  }

  private static Socket connect(NativeServer server) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
  }

  private static NodeRequest readIndex(long timeoutMillis) {
    return new NodeRequest.AskReadIndex(PARTITION, timeoutMillis);
  }

  private static NodeRequest write(long timeoutMillis) {
    Proposal proposal = new Proposal(new RequestId(1, 2), 3, false, new Command.RenewLease());
    return new NodeRequest.Write(PARTITION, 1, List.of(proposal), timeoutMillis);
  }

  private NodeLink holding() {
    return request -> {
      CompletableFuture<NodeReply> reply = new CompletableFuture<>();
      held.add(reply);
      return reply;
    };
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void answersManyRequestsOnOneConnectionWhateverTheirOrder() throws Exception {
    NativeServer server = serve(holding());
    List<CompletableFuture<NodeReply>> asked = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      asked.add(linkTo(server).ask(readIndex(10_000)));
    }
    await(() -> held.size() == 1000);
    List<CompletableFuture<NodeReply>> order = new ArrayList<>(held);
    for (int i = 999; i >= 0; i--) {
      order.get(i).complete(new NodeReply.ReadIndex(1, i));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(asked.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(new NodeReply.ReadIndex(1, i));
    }
    assertThat(server.connectionCount()).isEqualTo(1);
  }

  @Test
  void carriesRequestsAndRepliesUnchanged() throws Exception {
    NodeRequest request =
        new NodeRequest.ReadFrom(
            PARTITION, 4, ReadMode.bounded(5), List.of(new MetaRead.GetTable("t")), 1000);
    NodeReply reply = new NodeReply.Written(List.of(new Result.Done()), new Position(1, 2, 3));
    List<NodeRequest> seen = new ArrayList<>();
    NativeServer server =
        serve(
            asked -> {
              seen.add(asked);
              return CompletableFuture.completedFuture(reply);
            });
    assertThat(linkTo(server).ask(request).get(10, TimeUnit.SECONDS)).isEqualTo(reply);
    assertThat(seen).containsExactly(request);
  }

  @Test
  void carriesFailuresWithTheirReasonAndHint() throws Exception {
    NativeServer server =
        serve(
            request ->
                CompletableFuture.failedFuture(
                    new UnavailableException(Reason.NOT_LEADER, "no", new NodeId("n2"))));
    assertThatThrownBy(() -> linkTo(server).ask(readIndex(1000)).get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            UnavailableException.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.NOT_LEADER);
              assertThat(failure.leaderHint()).isEqualTo(new NodeId("n2"));
            });
  }

  @Test
  void aBrokenConnectionLeavesWritesIndeterminateAndReadsUnavailable() throws Exception {
    NativeServer server =
        serve(
            new NativeServerOptions(
                "127.0.0.1", 0, 1, 10, 10, 1 << 20, 1 << 30, 1 << 20, Duration.ofMillis(50)),
            holding());
    NodeLink link = linkTo(server);
    CompletableFuture<NodeReply> write = link.ask(write(10_000));
    CompletableFuture<NodeReply> read = link.ask(readIndex(10_000));
    await(() -> held.size() == 2);
    server.close();
    assertThatThrownBy(() -> write.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IndeterminateException.class);
    assertThatThrownBy(() -> read.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnavailableException.class);
  }

  @Test
  void anUnansweredRequestEndsWithItsTime() throws Exception {
    NativeServer server = serve(holding());
    assertThatThrownBy(() -> linkTo(server).ask(write(50)).get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IndeterminateException.class);
    assertThatThrownBy(() -> linkTo(server).ask(readIndex(50)).get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnavailableException.class);
  }

  @Test
  void nobodyListeningIsUnreachableAndConnectsOnceSomebodyDoes() throws Exception {
    NativeServer first = serve(holding());
    int port = first.address().getPort();
    first.close();
    NodeLink link = connections.to("127.0.0.1:" + port);
    assertThatThrownBy(() -> link.ask(write(1000)).get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnavailableException.class);
    serve(
        NativeServerOptions.at("127.0.0.1", port),
        request -> CompletableFuture.completedFuture(new NodeReply.Done()));
    await(() -> link.ask(readIndex(1000)).handle((reply, failure) -> failure == null).join());
  }

  @Test
  void aMalformedFrameClosesOnlyItsOwnConnection() throws Exception {
    NativeServer server = serve(request -> CompletableFuture.completedFuture(new NodeReply.Done()));
    linkTo(server).ask(readIndex(1000)).get(10, TimeUnit.SECONDS);
    byte[][] malformed = {
      {0, 0, 0, 2, 1, 1}, // shorter than a correlation id
      {0x7f, 0, 0, 0, 1, 1}, // longer than any frame
      {-1, -1, -1, -1, 1, 1}, // a negative length
    };
    for (byte[] frame : malformed) {
      try (Socket socket = connect(server)) {
        new DataOutputStream(socket.getOutputStream()).write(frame);
        assertThat(new DataInputStream(socket.getInputStream()).read()).isEqualTo(-1);
      }
    }
    assertThat(linkTo(server).ask(readIndex(1000)).get(10, TimeUnit.SECONDS))
        .isEqualTo(new NodeReply.Done());
  }

  @Test
  void aRequestThatDoesNotDecodeIsAnsweredAsInvalid() throws Exception {
    NativeServer server = serve(request -> CompletableFuture.completedFuture(new NodeReply.Done()));
    try (Socket socket = connect(server)) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      for (byte id = 1; id < 3; id++) {
        byte[] frame = {0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, id, 9, 9, 9, 9};
        socket.getOutputStream().write(frame);
        byte[] answer = new byte[in.readInt() - Frames.CORRELATION_BYTES];
        assertThat(in.readLong()).isEqualTo(id);
        in.readFully(answer);
        assertThatThrownBy(() -> RpcCodec.decodeReply(Bytes.wrap(answer)))
            .isInstanceOf(StoreException.InvalidRequestException.class);
      }
    }
  }

  @Test
  void throttlesWhatAllConnectionsTogetherHoldBeyondTheLimit() throws Exception {
    NativeServer server =
        serve(
            new NativeServerOptions(
                "127.0.0.1", 0, 1, 10, 100, 1 << 20, 100_000, 1 << 20, Duration.ofMillis(50)),
            holding());
    NodeRequest large = tableNamed("t".repeat(60_000));
    CompletableFuture<NodeReply> first = linkTo(server).ask(large);
    await(() -> held.size() == 1);

    assertThatThrownBy(() -> linkTo(server).ask(large).get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StoreException.ThrottledException.class);
    assertThat(held).hasSize(1);
    java.util.Objects.requireNonNull(held.poll()).complete(new NodeReply.Done());
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(new NodeReply.Done());
  }

  @Test
  void doesNotReadOnWhileTooMuchIsInFlight() throws Exception {
    NativeServer server =
        serve(
            new NativeServerOptions(
                "127.0.0.1", 0, 1, 10, 4, 1 << 20, 1 << 30, 1 << 20, Duration.ofMillis(50)),
            holding());
    byte[] large = new byte[64 << 10];
    NodeLink link = linkTo(server);
    List<CompletableFuture<NodeReply>> asked = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      asked.add(link.ask(tableNamed("t".repeat(large.length))));
    }
    await(() -> held.size() >= 4);
    int answeredCount = 0;
    while (answeredCount < 64) {
      await(() -> !held.isEmpty());
      // what one read of the socket had brought is served; the rest waits in the network
      assertThat(server.inFlightCount()).isLessThanOrEqualTo(8);
      java.util.Objects.requireNonNull(held.poll()).complete(new NodeReply.Done());
      answeredCount++;
    }
    for (CompletableFuture<NodeReply> answer : asked) {
      assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(new NodeReply.Done());
    }
  }

  private static NodeRequest tableNamed(String name) {
    return new NodeRequest.ReadFrom(
        PARTITION, 1, ReadMode.EVENTUAL, List.of(new MetaRead.GetTable(name)), 20_000);
  }

  @Test
  void refusesMoreConnectionsThanAllowed() throws Exception {
    NativeServer server =
        serve(
            new NativeServerOptions(
                "127.0.0.1", 0, 1, 1, 10, 1 << 20, 1 << 30, 1 << 20, Duration.ofMillis(50)),
            request -> CompletableFuture.completedFuture(new NodeReply.Done()));
    linkTo(server).ask(readIndex(1000)).get(10, TimeUnit.SECONDS);
    try (Socket socket = connect(server)) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void stoppingLetsWhatIsInFlightBeAnswered() throws Exception {
    NativeServer server =
        serve(
            new NativeServerOptions(
                "127.0.0.1", 0, 1, 10, 100, 1 << 20, 1 << 30, 1 << 20, Duration.ofSeconds(20)),
            holding());
    NodeLink link = linkTo(server);
    CompletableFuture<NodeReply> early = link.ask(write(10_000));
    await(() -> held.size() == 1);
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
    await(
        () ->
            link.ask(readIndex(50))
                .handle(
                    (reply, failure) ->
                        failure instanceof UnavailableException refused
                            && refused.reason() == Reason.STOPPING)
                .join());
    // the first is the write; the others are what was asked before the server began to stop
    held.forEach(reply -> reply.complete(new NodeReply.Done()));
    assertThat(early.get(10, TimeUnit.SECONDS)).isEqualTo(new NodeReply.Done());
    stopped.get(10, TimeUnit.SECONDS);
  }
}
