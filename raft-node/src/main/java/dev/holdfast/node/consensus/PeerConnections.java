package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.ratis.client.impl.ClientProtoUtils;
import org.apache.ratis.netty.NettyRpcProxy;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupListRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.RaftServerRpcWithProxy;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this node's Raft connections to its peers open, by a small question to each now and then.
 * Ratis opens one when it first has something to send, which on a node that leads nothing is when
 * it stands for election, and notices a broken one by losing what it sends; a partition that is
 * handed over stands still meanwhile.
 *
 * <p>Opening a connection blocks, for long when the peer's machine is gone: each peer has a thread.
 */
final class PeerConnections implements AutoCloseable {
  private static final long ASK_AGAIN_MILLIS = 1000;

  private final ClientId asker = ClientId.randomId();
  private final Set<RaftPeerId> open = ConcurrentHashMap.newKeySet();
  private volatile @Nullable RaftServerRpcWithProxy<?, ?> transport;
  private final Set<RaftPeerId> kept = new HashSet<>();
  private @Nullable ScheduledThreadPoolExecutor threads;
  private boolean closed;

  /** What Ratis sends with. */
  void of(RaftServerRpc netty) {
    transport = (RaftServerRpcWithProxy<?, ?>) netty;
  }

  /** Begins, once Ratis knows the addresses of the peers; those that are there are not touched. */
  synchronized void start(List<RaftPeerId> peers) {
    for (RaftPeerId peer : peers) {
      if (!closed && kept.add(peer)) {
        ScheduledThreadPoolExecutor started = withThreads(kept.size());
        ScheduledFuture<?> unused =
            started.scheduleWithFixedDelay(
                () -> ask(peer, started), 0, ASK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  private ScheduledThreadPoolExecutor withThreads(int count) {
    ScheduledThreadPoolExecutor started = threads;
    if (started == null) {
      started =
          new ScheduledThreadPoolExecutor(
              count,
              task -> {
                Thread thread = new Thread(task, "raft-connections");
                thread.setDaemon(true);
                return thread;
              });
      threads = started;
    }
    started.setCorePoolSize(count);
    return started;
  }

  /** The peers that answered when they were last asked. */
  Set<NodeId> open() {
    return open.stream()
        .map(peer -> new NodeId(peer.toString()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private void ask(RaftPeerId peer, Executor asking) {
    RaftServerRpcWithProxy<?, ?> sending = transport;
    if (sending == null) {
      return;
    }
    try {
      NettyRpcProxy connection = (NettyRpcProxy) sending.getProxies().getProxy(peer);
      CompletableFuture<RaftNettyServerReplyProto> unused =
          connection
              .sendAsync(question(peer))
              .orTimeout(ASK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)
              .whenCompleteAsync(
                  (answer, failure) -> answered(sending, peer, connection, failure),
                  asking); // closing a connection waits for the thread that serves it
    } catch (IOException | RuntimeException e) {
      cannotConnect(sending, peer, e);
    }
  }

  private RaftNettyServerRequestProto question(RaftPeerId peer) {
    return RaftNettyServerRequestProto.newBuilder()
        .setGroupListRequest(
            ClientProtoUtils.toGroupListRequestProto(
                new GroupListRequest(
                    asker, peer, RaftGroupId.emptyGroupId(), CallId.getAndIncrement())))
        .build();
  }

  private void answered(
      RaftServerRpcWithProxy<?, ?> sending,
      RaftPeerId peer,
      NettyRpcProxy connection,
      @Nullable Throwable failure) {
    if (failure == null) {
      open.add(peer);
      return;
    }
    open.remove(peer);
    try {
      if (sending.getProxies().getProxy(peer) == connection) { // else Ratis was faster
        sending.getProxies().handleException(peer, failure, false);
      }
    } catch (IOException | RuntimeException e) {
      cannotConnect(sending, peer, e);
    }
  }

  /** Ratis keeps what could not be opened until it is told; the next turn tries again. */
  private void cannotConnect(RaftServerRpcWithProxy<?, ?> sending, RaftPeerId peer, Exception e) {
    open.remove(peer);
    sending.getProxies().handleException(peer, e, false);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
