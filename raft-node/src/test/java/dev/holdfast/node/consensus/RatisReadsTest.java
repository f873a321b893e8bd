package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Read;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Why we do not use the strong reads of Ratis, and that the experiment of {@link StaleReadTest} can
 * fail: with both of Ratis's read options a leader that was cut off and deposed serves an old
 * value. The day this test fails, Ratis has improved; read decision 0004 again.
 */
class RatisReadsTest {
  private static final int ROUNDS_MAX = 10;
  private static final long ANSWER_SECONDS_MAX = 5;

  @TempDir Path directory;

  private final RaftGroupId groupId = RaftGroupId.randomId();
  private final ClientId client = ClientId.randomId();
  private final AtomicLong nextCallId = new AtomicLong(1);
  private final Map<NodeId, RaftServer> servers = new LinkedHashMap<>();

  /** The last value that was written. */
  private static final class Register extends BaseStateMachine {
    private volatile String value = "none";

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      value = transaction.getLogEntry().getStateMachineLogEntry().getLogData().toStringUtf8();
      return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
      return CompletableFuture.completedFuture(Message.valueOf(value));
    }
  }

  @ParameterizedTest
  @EnumSource(Read.Option.class)
  void aDeposedLeaderServesAnOldValueByTheStrongReadsOfRatis(Read.Option option) throws Exception {
    try (CutOff cut = new CutOff()) {
      start(option);
      boolean stale = false;
      for (int round = 0; round < ROUNDS_MAX && !stale; round++) {
        stale = oldLeaderIsStale(cut, "old" + round, "new" + round);
      }
      assertThat(stale).as("a stale read in %d rounds", ROUNDS_MAX).isTrue();
    } finally {
      for (RaftServer server : servers.values()) {
        server.close();
      }
    }
  }

  private boolean oldLeaderIsStale(CutOff cut, String oldValue, String newValue)
      throws IOException {
    TestCluster.await("a leader", () -> leader().isPresent());
    NodeId old = leader().orElseThrow();
    if (ask(old, Message.valueOf(oldValue), RaftClientRequest.writeRequestType()) == null
        || !oldValue.equals(read(old))) {
      return false; // it was being deposed
    }
    cut.isolate(old);
    try {
      TestCluster.await("another leader", () -> leader().filter(n -> !n.equals(old)).isPresent());
      NodeId successor = leader().orElseThrow();
      boolean acknowledged =
          ask(successor, Message.valueOf(newValue), RaftClientRequest.writeRequestType()) != null;
      return acknowledged && oldValue.equals(read(old));
    } finally {
      cut.heal();
    }
  }

  private @Nullable String read(NodeId node) throws IOException {
    return ask(node, Message.EMPTY, RaftClientRequest.readRequestType());
  }

  /** The answer; null when it was refused or did not come. */
  private @Nullable String ask(NodeId node, Message message, RaftClientRequest.Type type)
      throws IOException {
    RaftServer server = server(node);
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(server.getId())
            .setGroupId(groupId)
            .setCallId(nextCallId.getAndIncrement())
            .setMessage(message)
            .setType(type)
            .build();
    try {
      RaftClientReply reply =
          server.submitClientRequestAsync(request).get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
      return reply.isSuccess() ? reply.getMessage().getContent().toStringUtf8() : null;
    } catch (ExecutionException | TimeoutException e) {
      return null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private RaftServer server(NodeId node) {
    RaftServer server = servers.get(node);
    if (server == null) {
      throw new IllegalStateException(node + " was not started");
    }
    return server;
  }

  /** The one that leads in the highest term. */
  private Optional<NodeId> leader() {
    NodeId found = null;
    long term = 0;
    for (NodeId node : servers.keySet()) {
      DivisionInfo info = info(node);
      if (info.isLeaderReady() && info.getCurrentTerm() > term) {
        found = node;
        term = info.getCurrentTerm();
      }
    }
    return Optional.ofNullable(found);
  }

  private DivisionInfo info(NodeId node) {
    try {
      return server(node).getDivision(groupId).getInfo();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void start(Read.Option option) throws IOException {
    List<Peer> peers = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      peers.add(new Peer(new NodeId("n" + i), "127.0.0.1:" + FreePorts.next()));
    }
    RaftGroup group =
        RaftGroup.valueOf(groupId, peers.stream().map(RatisPeers::of).toArray(RaftPeer[]::new));
    for (Peer peer : peers) {
      String[] address = peer.raftAddress().split(":");
      File storage = directory.resolve(peer.node().name()).toFile();
      RaftProperties properties =
          RatisProperties.of(
              new TestOptions().build(),
              address[0],
              Integer.parseInt(address[1]),
              storage,
              storage);
      electEarly(properties);
      RaftServerConfigKeys.Read.setOption(properties, option);
      AcknowledgedMarks marks = new AcknowledgedMarks();
      marks.open(groupId, directory.resolve(peer.node().name() + ".mark"));
      RaftServer server =
          RaftServer.newBuilder()
              .setServerId(RatisPeers.id(peer.node()))
              .setStateMachine(new Register())
              .setProperties(properties)
              .setParameters(TestOptions.transport(marks, peer.node()))
              .setGroup(group)
              .build();
      servers.put(peer.node(), server);
      server.start();
    }
  }

  /** By Ratis's own timers, and a leader that hears nothing gives up late. */
  private static void electEarly(RaftProperties properties) {
    TimeDuration early = TimeDuration.valueOf(300, TimeUnit.MILLISECONDS);
    TimeDuration late = TimeDuration.valueOf(3, TimeUnit.SECONDS);
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, early);
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, late);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, early);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, late);
  }
}
