package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.protocol.exceptions.TimeoutIOException;
import org.apache.ratis.util.ProtoUtils;
import org.junit.jupiter.api.Test;

class VoteCallsTest {
  private static final long TERM = 7;

  private final RaftGroupId group = RaftGroupId.randomId();
  private final CompletableFuture<RaftNettyServerReplyProto> reply = new CompletableFuture<>();
  private final VoteCalls votes = new VoteCalls(Duration.ofMinutes(1), peer -> true);

  private RequestVoteRequestProto request() {
    return RequestVoteRequestProto.newBuilder()
        .setServerRequest(
            RaftRpcRequestProto.newBuilder()
                .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(group)))
        .setCandidateTerm(TERM)
        .build();
  }

  private CompletableFuture<RequestVoteReplyProto> asked() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return votes.await(request(), reply);
          } catch (java.io.IOException | ExecutionException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** Says it until the vote is waited for. */
  private void lose(CompletableFuture<?> asked, Runnable said) {
    TestCluster.await(
        "the end of the wait",
        () -> {
          said.run();
          return asked.isDone();
        });
    assertThatThrownBy(asked::join).hasRootCauseMessage("the election is lost");
  }

  @Test
  void aVoteInTimeIsHandedOn() {
    CompletableFuture<RequestVoteReplyProto> asked = asked();
    RequestVoteReplyProto vote = RequestVoteReplyProto.newBuilder().setTerm(TERM).build();
    reply.complete(RaftNettyServerReplyProto.newBuilder().setRequestVoteReply(vote).build());

    assertThat(asked.join()).isEqualTo(vote);
  }

  @Test
  void nobodyWaitsForVotesOnceSomebodyLeadsInTheTerm() {
    lose(asked(), () -> votes.leaderSeen(group, TERM));
  }

  @Test
  void nobodyWaitsForVotesOnceSomebodyStandsInALaterTerm() {
    lose(asked(), () -> votes.candidateSeen(group, TERM + 1));
  }

  @Test
  void whoStandsInTheSameTermOrLeadsAnEarlierOneOrAnotherGroupTakesNothingAway() {
    CompletableFuture<RequestVoteReplyProto> asked = asked();
    votes.candidateSeen(group, TERM);
    votes.leaderSeen(group, TERM - 1);
    votes.leaderSeen(RaftGroupId.randomId(), TERM + 1);

    assertThat(reply).isNotDone();
    lose(asked, () -> votes.leaderSeen(group, TERM));
  }

  @Test
  void aVoteIsWaitedForNoLongerThanAnElectionMayTake() {
    assertThatThrownBy(
            () -> new VoteCalls(Duration.ofMillis(1), peer -> true).await(request(), reply))
        .isInstanceOf(TimeoutIOException.class);
  }

  /** Replicas make a split some milliseconds apart; nobody else who has no replica gets one. */
  @Test
  void onlyTheFirstCandidateOfAChildAsksAgainWhoDoesNotHaveItYet() {
    ExecutionException unborn = new ExecutionException(new ServerNotReadyException("unborn"));
    ExecutionException missing = new ExecutionException(new GroupMismatchException("not here"));
    ExecutionException broken = new ExecutionException(new IOException("connection reset"));

    assertThat(VoteCalls.mayBeBorn(candidate(1, 1), unborn)).isTrue();
    assertThat(VoteCalls.mayBeBorn(candidate(1, 1), missing)).isTrue();
    assertThat(VoteCalls.mayBeBorn(candidate(1, 1), broken)).isFalse();
    assertThat(VoteCalls.mayBeBorn(candidate(1, 2), unborn)).isFalse();
    assertThat(VoteCalls.mayBeBorn(candidate(0, 0), missing)).isFalse();
  }

  private static RequestVoteRequestProto candidate(long lastTerm, long lastIndex) {
    return RequestVoteRequestProto.newBuilder()
        .setCandidateLastEntry(TermIndexProto.newBuilder().setTerm(lastTerm).setIndex(lastIndex))
        .build();
  }
}
