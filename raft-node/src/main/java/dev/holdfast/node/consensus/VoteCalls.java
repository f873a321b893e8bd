package dev.holdfast.node.consensus;

import dev.holdfast.statemachine.spi.ApplyContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.ratis.netty.NettyRpcProxy;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.protocol.exceptions.TimeoutIOException;
import org.apache.ratis.server.RaftServerRpcWithProxy;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;

/**
 * Asks peers for votes, no longer than it makes sense. Ratis 3.3.0 ends an election only when its
 * thread has heard from a voter, or after the time-out, and whoever makes the candidate a follower
 * again waits for that, with all that came over the same connection behind it: a node's appends and
 * votes of every group. Two nodes may so wait for each other. And a vote that takes too long closes
 * the connection, with all that is on its way.
 *
 * <p>So a vote is waited for as long as an election may take, the connection is left alone, and
 * when a later term shows that the election is lost its votes are not waited for at all (decision
 * 0026). Only the first candidate of a child asks again those who do not have it yet. Thread-safe.
 */
final class VoteCalls {
  /**
   * @param lost fails when the vote is not needed any more
   */
  private record Call(RaftGroupId group, long term, CompletableFuture<@Nullable Void> lost) {}

  private static final long BIRTH_PAUSE_MILLIS = 5;

  private final Duration timeout;
  private final Predicate<RaftPeerId> isConnected;
  private final Set<Call> pending = ConcurrentHashMap.newKeySet();

  /**
   * @param isConnected whether there is a connection to a peer: opening one takes long when its
   *     machine is gone, and is left to others
   */
  VoteCalls(Duration timeout, Predicate<RaftPeerId> isConnected) {
    this.timeout = timeout;
    this.isConnected = isConnected;
  }

  /** Blocks; fails when there is no vote in time, or none is needed any more. */
  RequestVoteReplyProto ask(RaftServerRpcWithProxy<?, ?> transport, RequestVoteRequestProto request)
      throws IOException {
    RaftPeerId peer = RaftPeerId.valueOf(request.getServerRequest().getReplyId());
    if (!isConnected.test(peer)) {
      throw new IOException("no connection to " + peer);
    }
    NettyRpcProxy connection = (NettyRpcProxy) transport.getProxies().getProxy(peer);
    RaftNettyServerRequestProto question =
        RaftNettyServerRequestProto.newBuilder().setRequestVoteRequest(request).build();
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    Call call = begin(request);
    try {
      while (true) {
        try {
          return await(call, connection.sendAsync(question));
        } catch (ExecutionException e) { // a broken connection is given up by who asks with pulses
          if (!mayBeBorn(request, e) || System.nanoTime() - deadlineNanos > 0) {
            throw new IOException(peer + " did not vote", e.getCause());
          }
          pause(call);
        }
      }
    } finally {
      pending.remove(call);
    }
  }

  /** Whether the peer may be about to make the split that the candidate was born of. */
  static boolean mayBeBorn(RequestVoteRequestProto request, ExecutionException refused) {
    TermIndexProto last = request.getCandidateLastEntry();
    return last.getTerm() == ApplyContext.SEED.term()
        && last.getIndex() == ApplyContext.SEED.index()
        && (refused.getCause() instanceof ServerNotReadyException
            || refused.getCause() instanceof GroupMismatchException);
  }

  private static void pause(Call call) throws IOException {
    try {
      call.lost.get(BIRTH_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return; // time to ask again
    } catch (ExecutionException e) {
      throw new IOException("no vote is needed any more", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  RequestVoteReplyProto await(
      RequestVoteRequestProto request, CompletableFuture<RaftNettyServerReplyProto> reply)
      throws IOException, ExecutionException {
    Call call = begin(request);
    try {
      return await(call, reply);
    } finally {
      pending.remove(call);
    }
  }

  private Call begin(RequestVoteRequestProto request) {
    RaftGroupId group = ProtoUtils.toRaftGroupId(request.getServerRequest().getRaftGroupId());
    Call call = new Call(group, request.getCandidateTerm(), new CompletableFuture<>());
    pending.add(call);
    return call;
  }

  private RequestVoteReplyProto await(Call call, CompletableFuture<RaftNettyServerReplyProto> reply)
      throws IOException, ExecutionException {
    CompletableFuture<?> unused =
        call.lost.exceptionally(
            failure -> {
              reply.completeExceptionally(failure);
              return null;
            });
    try {
      return reply.get(timeout.toMillis(), TimeUnit.MILLISECONDS).getRequestVoteReply();
    } catch (TimeoutException e) {
      throw new TimeoutIOException("no vote within " + timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Somebody stands in a term: who stands in an earlier one has lost. */
  void candidateSeen(RaftGroupId group, long term) {
    lost(group, term - 1);
  }

  /** Somebody leads in a term: who stands in it, or in an earlier one, has lost. */
  void leaderSeen(RaftGroupId group, long term) {
    lost(group, term);
  }

  private void lost(RaftGroupId group, long lastTerm) {
    for (Call call : pending) { // hardly ever any
      if (call.term <= lastTerm && call.group.equals(group)) {
        call.lost.completeExceptionally(new LostException());
      }
    }
  }

  private static final class LostException extends IOException {
    private static final long serialVersionUID = 1L;

    LostException() {
      super("the election is lost");
    }
  }
}
