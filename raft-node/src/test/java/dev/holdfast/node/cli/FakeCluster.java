package dev.holdfast.node.cli;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.node.rpc.NativeServer;
import dev.holdfast.node.rpc.NativeServerOptions;
import dev.holdfast.partition.meta.MetaDecider;
import dev.holdfast.partition.meta.MetaReader;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.ReadContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a command meets of a cluster: the status page and the native protocol of n1, before the real
 * meta group's decisions. n2 is down.
 */
final class FakeCluster implements AutoCloseable {
  static final NodeId N1 = new NodeId("n1");
  static final NodeId N2 = new NodeId("n2");
  private static final ClusterMap.Partition META =
      new ClusterMap.Partition(PartitionId.META, 0, KeyRange.ALL, List.of());

  /** What becomes of a split once it has begun. */
  enum Fate {
    FINISHED,
    ABANDONED,
    LEFT_IN_PROGRESS
  }

  private final KeyValueStore store = MemoryKeyValueStore.open(Path.of("no-such-directory"));
  private final HttpServer http;
  private final NativeServer server;
  private final Map<PartitionId, NodeId> leaders = new TreeMap<>();
  private final List<NodeRequest> asked = new ArrayList<>();
  private Fate fate = Fate.FINISHED;
  private @Nullable Bytes middle;
  private boolean knowsMiddle;
  private long index;

  FakeCluster() throws IOException {
    this.server = new NativeServer(NativeServerOptions.at("127.0.0.1", 0), this::answer);
    this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String rpc = "127.0.0.1:" + server.address().getPort();
    String addresses = ",\"raft\":\"h:1\",\"http\":\"h:3\",\"admin\":\"h:4\"";
    String status =
        "{\"cluster\":\"fake\",\"nodes\":[{\"id\":\"n1\",\"rpc\":\""
            + rpc
            + "\""
            + addresses
            + "}]}";
    http.createContext(
        "/status",
        exchange -> {
          byte[] body = status.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
    List<ClusterMap.Node> nodes =
        List.of(
            new ClusterMap.Node(N1, "h:1", rpc, "h:3", "h:4"),
            new ClusterMap.Node(N2, "h:1", "127.0.0.1:1", "h:3", "h:4"));
    Bytes edge = Bytes.fromHex("80");
    apply(
        new MetaCommand.Bootstrap(
            new ClusterMap(
                4,
                nodes,
                List.of(
                    partition(1, new KeyRange(Bytes.EMPTY, edge)),
                    partition(2, new KeyRange(edge, null))))));
    leaders.put(PartitionId.META, N1);
    leaders.put(new PartitionId(1), N1);
    leaders.put(new PartitionId(3), N1);
  }

  private static ClusterMap.Partition partition(long id, KeyRange range) {
    return new ClusterMap.Partition(new PartitionId(id), 5, range, List.of(N1, N2));
  }

  String endpoint() {
    return "127.0.0.1:" + http.getAddress().getPort();
  }

  /** A node joins and does not answer. */
  synchronized void join(String id) {
    ClusterMap.Node node =
        new ClusterMap.Node(new NodeId(id), id + ":1", "127.0.0.1:2", id + ":3", id + ":4");
    apply(new MetaCommand.Membership(new MembershipChange.AddNode(node, "cluster")));
  }

  synchronized void splitsAre(Fate now) {
    this.fate = now;
  }

  /** What the leader says is in the middle; null when it has too little. */
  synchronized void middleIs(@Nullable Bytes key) {
    this.knowsMiddle = true;
    this.middle = key;
  }

  /** Requests that would change something. */
  synchronized List<NodeRequest> changes() {
    return asked.stream()
        .filter(
            request ->
                request instanceof NodeRequest.Write
                    || request instanceof NodeRequest.TransferLeader)
        .toList();
  }

  private synchronized CompletableFuture<NodeReply> answer(NodeRequest request) {
    asked.add(request);
    try {
      return CompletableFuture.completedFuture(reply(request));
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private NodeReply reply(NodeRequest request) {
    if (request instanceof NodeRequest.AskStatus) {
      return new NodeReply.Status(status());
    }
    if (request instanceof NodeRequest.ReadFrom read) {
      ReadContext context = new ReadContext(META, 0, KnownOutcomes.NONE_CARED_FOR, any -> 0);
      return new NodeReply.ReadDone(
          read.reads().stream().map(each -> new MetaReader().read(store, context, each)).toList(),
          Position.NONE);
    }
    if (request instanceof NodeRequest.Write write) {
      List<Result> results =
          write.proposals().stream().map(Proposal::command).map(this::applied).toList();
      return new NodeReply.Written(results, Position.NONE);
    }
    if (request instanceof NodeRequest.TransferLeader transfer) {
      leaders.put(transfer.partition(), transfer.to());
      return new NodeReply.Done();
    }
    if (request instanceof NodeRequest.AskSplitKey && knowsMiddle) {
      return new NodeReply.SplitKey(middle);
    }
    throw new UnavailableException(Reason.NOT_READY, "this node cannot tell");
  }

  private NodeStatus status() {
    return new NodeStatus(
        N1,
        true,
        leaders.entrySet().stream()
            .map(
                entry ->
                    new NodeStatus.Replica(
                        entry.getKey(),
                        5,
                        entry.getValue().equals(N1)
                            ? NodeStatus.Role.LEADER
                            : NodeStatus.Role.FOLLOWER,
                        entry.getValue(),
                        2,
                        17,
                        15,
                        2_500_000,
                        1.25,
                        3.5))
            .toList());
  }

  /** A controller that is quick. */
  private Result applied(Command command) {
    Result result = apply(command);
    if (result instanceof Result.SplitBegun begun && fate == Fate.FINISHED) {
      apply(new MetaCommand.FinishSplit(begun.operation().child()));
    } else if (result instanceof Result.SplitBegun begun && fate == Fate.ABANDONED) {
      apply(new MetaCommand.AbandonSplit(begun.operation().child()));
    } else if (result instanceof Result.MergeBegun begun && fate == Fate.FINISHED) {
      apply(new MetaCommand.FinishMerge(begun.operation().id()));
    } else if (result instanceof Result.MergeBegun begun && fate == Fate.ABANDONED) {
      apply(new MetaCommand.AbandonMerge(begun.operation().id()));
    }
    return result;
  }

  private Result apply(Command command) {
    index++;
    Decision decision =
        new MetaDecider().decide(store, new CommandContext(META, 1, index, index, 0), command);
    try (WriteBatch batch = store.newBatch()) {
      for (Effect effect : decision.effects()) {
        if (effect instanceof Effect.Put put) {
          batch.put(put.key(), put.value());
        } else if (effect instanceof Effect.Delete delete) {
          batch.delete(delete.key());
        }
      }
      batch.commit();
    }
    return decision.result();
  }

  @Override
  public void close() {
    http.stop(0);
    server.close();
  }
}
