package dev.holdfast.node.consensus;

import dev.holdfast.client.routing.Futures;
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
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.RaftServerRpcWithProxy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends this node's {@link Pulses} to its peers, and so keeps its Raft connections to them open.
 * Ratis opens one when it first has something to send, which on a node that leads nothing is when
 * it stands for election, and notices a broken one by losing what it sends; a partition that is
 * handed over stands still meanwhile.
 *
 * <p>Opening a connection blocks, for half a minute when the peer's machine is gone: each peer has
 * a thread of its own, on which nothing else waits. (Who gives up that connection meanwhile waits,
 * too, with a lock of Ratis 3.3.0 that giving up any other one needs: see docs/upstream.) A
 * connection on which nothing was answered for a while is given up, be it that Ratis would use it
 * or not.
 */
final class PeerConnections implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeerConnections.class);
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
  Set<NodeId> connected() {
    return lines.values().stream()
        .filter(line -> line.connected)
        .map(line -> new NodeId(line.peer.toString()))
        .collect(Collectors.toUnmodifiableSet());
  }

  boolean isConnected(RaftPeerId peer) {
    Line line = lines.get(peer);
    return line != null && line.connected;
  }

  /** The connection to one peer, and its thread. */
  private final class Line {
    private final RaftPeerId peer;
    private final ScheduledExecutorService thread;
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile boolean connected;
    private volatile @Nullable NettyRpcProxy last;

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
          thread.scheduleWithFixedDelay(this::attempt, 0, pauseMillis, TimeUnit.MILLISECONDS);
    }

    private void attempt() {
      try {
        ask();
      } catch (RuntimeException e) { // else this node would never ask again
        log.warn("peer={} was not asked", peer, e);
      }
    }

    private void ask() {
      RaftServerRpcWithProxy<?, ?> sending = transport;
      if (sending == null || unanswered.get() >= UNANSWERED_COUNT_MAX) {
        return;
      }
      NettyRpcProxy connection;
      try {
        connection = (NettyRpcProxy) sending.getProxies().getProxy(peer);
      } catch (IOException | RuntimeException e) {
        connected = false; // Ratis keeps what could not be opened until it is told
        sending.getProxies().handleException(peer, e, true);
        return;
      }
      last = connection;
      long sentNanos = pulses.now();
      CompletableFuture<RaftNettyServerReplyProto> reply =
          connection.sendAsync(pulses.question(peer));
      unanswered.incrementAndGet();
      Futures.whenEnded(
          reply
              .orTimeout(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
              .thenAccept(answer -> answered(answer, sentNanos)),
          (done, failure) -> {
            unanswered.decrementAndGet();
            if (failure != null && last == connection) { // else it was given up before
              connected = false;
              thread.execute(() -> giveUp(sending, connection, failure)); // it waits for this one
            }
          });
    }

    private void answered(RaftNettyServerReplyProto reply, long sentNanos) {
      try {
        pulses.answered(reply, sentNanos);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      connected = true;
    }

    private void giveUp(
        RaftServerRpcWithProxy<?, ?> sending, NettyRpcProxy connection, Throwable failure) {
      if (last != connection) {
        return;
      }
      last = null;
      try {
        if (sending.getProxies().getProxy(peer) == connection) { // else Ratis was faster
          sending.getProxies().handleException(peer, failure, true);
        }
      } catch (IOException | RuntimeException e) {
        sending.getProxies().handleException(peer, e, true);
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    lines.values().forEach(line -> line.thread.shutdownNow());
  }
}
