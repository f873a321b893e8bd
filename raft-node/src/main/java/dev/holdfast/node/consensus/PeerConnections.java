package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
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
import org.apache.ratis.netty.NettyRpcProxy;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.RaftServerRpcWithProxy;
import org.jspecify.annotations.Nullable;

/**
 * Sends this node's {@link Pulses} to its peers, and so keeps its Raft connections to them open.
 * Ratis opens one when it first has something to send, which on a node that leads nothing is when
 * it stands for election, and notices a broken one by losing what it sends; a partition that is
 * handed over stands still meanwhile.
 *
 * <p>Opening a connection blocks, for long when the peer's machine is gone: each peer has a thread.
 */
final class PeerConnections implements AutoCloseable {
  private static final long ANSWER_MILLIS_MAX = 3000;

  private final Pulses pulses;
  private final long pauseMillis;
  private final Set<RaftPeerId> open = ConcurrentHashMap.newKeySet();
  private volatile @Nullable RaftServerRpcWithProxy<?, ?> transport;
  private final Set<RaftPeerId> kept = new HashSet<>();
  private @Nullable ScheduledThreadPoolExecutor threads;
  private boolean closed;

  /**
   * @param pause between two pulses to a peer
   */
  PeerConnections(Pulses pulses, Duration pause) {
    this.pulses = pulses;
    this.pauseMillis = Math.max(1, pause.toMillis());
  }

  Pulses pulses() {
    return pulses;
  }

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
                () -> ask(peer, started), 0, pauseMillis, TimeUnit.MILLISECONDS);
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
      CompletableFuture<Void> unused =
          connection
              .sendAsync(pulses.question(peer))
              .orTimeout(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
              .thenAccept(reply -> answered(peer, reply))
              .exceptionallyAsync(
                  failure -> failed(sending, peer, connection, failure),
                  asking); // closing a connection waits for the thread that serves it
    } catch (IOException | RuntimeException e) {
      cannotConnect(sending, peer, e);
    }
  }

  private void answered(RaftPeerId peer, RaftNettyServerReplyProto reply) {
    try {
      pulses.answered(reply);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.add(peer);
  }

  private @Nullable Void failed(
      RaftServerRpcWithProxy<?, ?> sending,
      RaftPeerId peer,
      NettyRpcProxy connection,
      Throwable failure) {
    open.remove(peer);
    try {
      if (sending.getProxies().getProxy(peer) == connection) { // else Ratis was faster
        sending.getProxies().handleException(peer, failure, false);
      }
    } catch (IOException | RuntimeException e) {
      cannotConnect(sending, peer, e);
    }
    return null;
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
