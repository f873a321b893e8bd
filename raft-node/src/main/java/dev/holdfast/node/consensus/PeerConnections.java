package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.ratis.netty.NettyRpcProxy;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
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
 * <p>Opening a connection blocks, for long when the peer's machine is gone: each peer has a thread
 * of its own, on which nothing else waits. A connection on which nothing was answered for a while
 * is given up, be it that Ratis would use it or not.
 */
final class PeerConnections implements AutoCloseable {
  private static final long ANSWER_MILLIS_MAX = 3000;
  private static final int UNANSWERED_COUNT_MAX = 3;

  private final Pulses pulses;
  private final long pauseMillis;
  private final Map<RaftPeerId, Line> lines = new ConcurrentHashMap<>();
  private volatile @Nullable RaftServerRpcWithProxy<?, ?> transport;
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
      if (!closed && !lines.containsKey(peer)) {
        Line line = new Line(peer);
        lines.put(peer, line);
        line.start();
      }
    }
  }

  /** The peers that answered when they were last asked. */
  Set<NodeId> open() {
    return lines.values().stream()
        .filter(line -> line.open)
        .map(line -> new NodeId(line.peer.toString()))
        .collect(Collectors.toUnmodifiableSet());
  }

  boolean isOpen(RaftPeerId peer) {
    Line line = lines.get(peer);
    return line != null && line.open;
  }

  /** The connection to one peer, and its thread. */
  private final class Line {
    private final RaftPeerId peer;
    private final ScheduledExecutorService thread;
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile boolean open;
    private @Nullable NettyRpcProxy last;

    Line(RaftPeerId peer) {
      this.peer = peer;
      this.thread =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread made = new Thread(task, "raft-connection-" + peer);
                made.setDaemon(true);
                return made;
              });
    }

    void start() {
      ScheduledFuture<?> unused =
          thread.scheduleWithFixedDelay(this::ask, 0, pauseMillis, TimeUnit.MILLISECONDS);
    }

    private void ask() {
      RaftServerRpcWithProxy<?, ?> sending = transport;
      if (sending == null || unanswered.get() >= UNANSWERED_COUNT_MAX) {
        return;
      }
      try {
        NettyRpcProxy connection = (NettyRpcProxy) sending.getProxies().getProxy(peer);
        last = connection;
        RaftNettyServerRequestProto question = pulses.question(peer);
        unanswered.incrementAndGet();
        CompletableFuture<Void> unused =
            connection
                .sendAsync(question)
                .orTimeout(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
                .thenAccept(this::answered)
                .whenComplete(
                    (done, failure) -> {
                      unanswered.decrementAndGet();
                      if (failure != null) { // closing waits for the thread that has told us
                        thread.execute(() -> failed(sending, connection, failure));
                      }
                    });
      } catch (IOException | RuntimeException e) {
        open = false; // Ratis keeps what could not be opened until it is told
        sending.getProxies().handleException(peer, e, true);
      }
    }

    private void answered(RaftNettyServerReplyProto reply) {
      if (reply.hasExceptionReply()) {
        return; // it is there, and starting or stopping
      }
      try {
        pulses.answered(reply);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      open = true;
    }

    private void failed(
        RaftServerRpcWithProxy<?, ?> sending, NettyRpcProxy connection, Throwable failure) {
      if (last == connection) { // else it was given up before
        last = null;
        open = false;
        sending.getProxies().handleException(peer, failure, true);
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    lines.values().forEach(line -> line.thread.shutdownNow());
  }
}
