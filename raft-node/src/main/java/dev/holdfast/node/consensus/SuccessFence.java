package dev.holdfast.node.consensus;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.RaftServerRpcWithProxy;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a follower from acknowledging an append after it has moved to a higher term (X2), notes
 * what it acknowledges, and keeps a replica that has lost acknowledged entries from voting (C1),
 * one that is being started from installing a snapshot, and one that is not born from anything
 * (S1).
 *
 * <p>Ratis checks an append's term under its lock and writes the entries after leaving it. A vote
 * in a higher term may be granted in between, by a log that does not hold the entries yet; the
 * success sent afterwards would let the old leader count a majority for an entry that the new
 * leader lacks. So the term is read again <em>after</em> the append has completed: as it only
 * grows, an unchanged term proves that no higher vote was granted before the entries were in the
 * log.
 *
 * <p>A vote is given, and asked for, once it would outlive a power cut: Ratis 3.3.0 syncs the file
 * of a vote, renames it, and does not sync the directory that has its name (Raft, figure 2:
 * votedFor is updated on stable storage before responding).
 *
 * <p>On the same way, some requests get their {@link CallIds}, and a leader's word that this node
 * is no member any more is noted: Ratis then stops the replica, which is no fault.
 */
final class SuccessFence implements InvocationHandler {
  /**
   * What the fence asks of a server's divisions; a port so that the rules can be tested by hand.
   */
  interface Divisions {
    long currentTerm(RaftGroupId group) throws IOException;

    /** Returns when the newest vote, as Ratis has written it, outlives a power cut. */
    void syncVote(RaftGroupId group) throws IOException;
  }

  /** Of a real server. */
  record RatisDivisions(RaftServer server) implements Divisions {
    @Override
    public long currentTerm(RaftGroupId group) throws IOException {
      return server.getDivision(group).getInfo().getCurrentTerm();
    }

    @Override
    public void syncVote(RaftGroupId group) throws IOException {
      RaftStorage storage = server.getDivision(group).getRaftStorage();
      DurableFiles.sync(storage.getStorageDir().getCurrentDir().toPath());
    }
  }

  private final RaftServer server;
  private final Divisions divisions;
  private final AcknowledgedMarks marks;
  private final UnbornGroups unborn;
  private final VoteCalls votes;

  private SuccessFence(
      RaftServer server,
      Divisions divisions,
      AcknowledgedMarks marks,
      UnbornGroups unborn,
      VoteCalls votes) {
    this.server = server;
    this.divisions = divisions;
    this.marks = marks;
    this.unborn = unborn;
    this.votes = votes;
  }

  /** The same server, fenced. */
  static RaftServer around(
      RaftServer server, AcknowledgedMarks marks, UnbornGroups unborn, VoteCalls votes) {
    return around(server, new RatisDivisions(server), marks, unborn, votes);
  }

  static RaftServer around(
      RaftServer server,
      Divisions divisions,
      AcknowledgedMarks marks,
      UnbornGroups unborn,
      VoteCalls votes) {
    return (RaftServer)
        Proxy.newProxyInstance(
            SuccessFence.class.getClassLoader(),
            new Class<?>[] {RaftServer.class},
            new SuccessFence(server, divisions, marks, unborn, votes));
  }

  /**
   * The same transport, through which a replica that must not vote does not ask for votes, and none
   * does before its vote for itself is durable; see {@link CallIds} and {@link StepDowns}, too.
   */
  static RaftServerRpc around(
      RaftServerRpc transport,
      Divisions divisions,
      AcknowledgedMarks marks,
      UnbornGroups unborn,
      StepDowns stepDowns,
      VoteCalls votes) {
    return (RaftServerRpc)
        Proxy.newProxyInstance(
            SuccessFence.class.getClassLoader(),
            new Class<?>[] {RaftServerRpc.class},
            (proxy, method, arguments) -> {
              if (arguments != null
                  && arguments.length == 1
                  && arguments[0] instanceof RequestVoteRequestProto request) {
                requireVote(request, marks, unborn);
                if (!request.getPreVote()) {
                  divisions.syncVote(group(request.getServerRequest()));
                }
              }
              Object answer =
                  arguments != null
                          && arguments[0] instanceof RequestVoteRequestProto vote
                          && transport instanceof RaftServerRpcWithProxy<?, ?> connected
                      ? votes.ask(connected, vote)
                      : call(transport, method, CallIds.distinct(arguments));
              if (answer instanceof RequestVoteReplyProto reply && reply.getShouldShutdown()) {
                marks.expelled(ProtoUtils.toRaftGroupId(reply.getServerReply().getRaftGroupId()));
              }
              return answer instanceof AppendEntriesReplyProto reply
                      && arguments != null
                      && arguments[0] instanceof AppendEntriesRequestProto request
                  ? stepDowns.once(group(request), reply)
                  : answer;
            });
  }

  private static RaftGroupId group(AppendEntriesRequestProto request) {
    return group(request.getServerRequest());
  }

  private static RaftGroupId group(RaftRpcRequestProto request) {
    return ProtoUtils.toRaftGroupId(request.getRaftGroupId());
  }

  private static void requireVote(
      RequestVoteRequestProto request, AcknowledgedMarks marks, UnbornGroups unborn)
      throws IOException {
    RaftGroupId group = group(request.getServerRequest());
    unborn.requireBorn(group);
    if (marks.of(group).voteWithheld()) {
      throw new IOException(group + " has lost acknowledged entries and takes no part in a vote");
    }
  }

  /**
   * Ratis 3.3.0 checks this for appends only: a snapshot that arrives while the replica opens its
   * log changes its role, and then its start fails.
   */
  private void requireRunning(InstallSnapshotRequestProto request) throws IOException {
    RaftGroupId group = group(request.getServerRequest());
    unborn.requireBorn(group);
    if (!server.getDivision(group).getInfo().getLifeCycleState().isRunning()) {
      throw new ServerNotReadyException(group + " is being started");
    }
  }

  static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (arguments != null
        && arguments.length == 1
        && arguments[0] instanceof AppendEntriesRequestProto request) {
      unborn.requireBorn(group(request));
      votes.leaderSeen(group(request), request.getLeaderTerm());
      if (method.getName().equals("appendEntries")) {
        return checked(request, server.appendEntries(request));
      }
      if (method.getName().equals("appendEntriesAsync")) {
        return checkedLater(request);
      }
    }
    if (arguments != null
        && arguments.length == 1
        && arguments[0] instanceof RequestVoteRequestProto request) {
      requireVote(request, marks, unborn);
      if (!request.getPreVote()) {
        return vote(request);
      }
    }
    if (arguments != null
        && arguments.length == 1
        && arguments[0] instanceof StartLeaderElectionRequestProto request) {
      unborn.requireBorn(group(request.getServerRequest()));
      return CallIds.serve(server, request);
    }
    if (arguments != null
        && arguments.length == 1
        && arguments[0] instanceof InstallSnapshotRequestProto request) {
      requireRunning(request);
      return CallIds.serve(server, request);
    }
    return call(server, method, arguments);
  }

  private RequestVoteReplyProto vote(RequestVoteRequestProto request) throws IOException {
    RaftGroupId group = group(request.getServerRequest());
    votes.candidateSeen(group, request.getCandidateTerm());
    RequestVoteReplyProto reply = server.requestVote(request);
    if (reply.getServerReply().getSuccess()) {
      divisions.syncVote(group);
    }
    return reply;
  }

  private CompletableFuture<AppendEntriesReplyProto> checkedLater(AppendEntriesRequestProto request)
      throws IOException {
    return server
        .appendEntriesAsync(request)
        .thenApply(
            reply -> {
              try {
                return checked(request, reply);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            });
  }

  private AppendEntriesReplyProto checked(
      AppendEntriesRequestProto request, AppendEntriesReplyProto reply) throws IOException {
    if (reply.getResult() != AppendResult.SUCCESS) {
      return reply;
    }
    RaftGroupId group = group(request);
    long term = divisions.currentTerm(group);
    if (term > request.getLeaderTerm()) {
      throw new IOException(
          "append of term " + request.getLeaderTerm() + " completed in term " + term);
    }
    if (request.getEntriesCount() > 0) {
      marks.of(group).raise(reply.getMatchIndex()); // before the leader hears of it
    }
    return reply;
  }
}
