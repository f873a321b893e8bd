package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.model.NodeId;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StateMachineEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.raftlog.RaftLogBase;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.AutoCloseableLock;
import org.apache.ratis.util.ProtoUtils;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The interleaving of X1, by hand, on one real follower of a group of three: the flush of entry 1
 * is held back, entry 2 arrives, then a vote is asked for in term 2 by a candidate whose log ends
 * with entry 1. And the pure interleaving of X2: an append is between its term check and the log
 * when the vote is granted. Keep both for every new version of Ratis. The report for upstream is
 * docs/upstream/ratis-append-after-vote.md.
 */
class VoteBetweenAppendsTest {
  private static final String LEADER = "leader";
  private static final String FOLLOWER = "follower";
  private static final String CANDIDATE = "candidate";

  private static final VoteCalls VOTES = new VoteCalls(Duration.ofSeconds(1), peer -> true);

  @TempDir Path directory;

  private final RaftGroupId groupId = RaftGroupId.randomId();
  private final CompletableFuture<Void> flush = new CompletableFuture<>();
  private @Nullable RaftServer follower;

  private RaftServer start(boolean compose) throws IOException {
    int port = FreePorts.next();
    File storage = directory.resolve("raft").toFile();
    RaftProperties properties =
        RatisProperties.of(ConsensusOptions.defaults("test"), "127.0.0.1", port, storage, storage);
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, compose);
    TimeDuration never = TimeDuration.valueOf(1, TimeUnit.HOURS);
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, never);
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, never.add(1, TimeUnit.HOURS));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, never);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, never.add(1, TimeUnit.HOURS));
    RaftServer built =
        RaftServer.newBuilder()
            .setServerId(RatisPeers.id(new NodeId(FOLLOWER)))
            .setStateMachine(new HeldFlush(flush))
            .setProperties(properties)
            .setParameters(TestOptions.transport(marks(), new NodeId(FOLLOWER)))
            .setGroup(
                RaftGroup.valueOf(
                    groupId,
                    List.of(
                        peer(LEADER, "127.0.0.1:1"),
                        peer(FOLLOWER, "127.0.0.1:" + port),
                        peer(CANDIDATE, "127.0.0.1:2"))))
            .build();
    built.start();
    follower = built;
    return built;
  }

  private static RaftPeer peer(String name, String address) {
    return RatisPeers.of(new Peer(new NodeId(name), address));
  }

  @AfterEach
  void stop() throws IOException {
    flush.complete(null);
    if (follower != null) {
      follower.close();
    }
  }

  /** Entry 1 is not complete before its "data" are written. */
  private static final class HeldFlush extends BaseStateMachine {
    private final CompletableFuture<Void> flush;

    HeldFlush(CompletableFuture<Void> flush) {
      this.flush = flush;
    }

    @Override
    public StateMachine.DataApi data() {
      return new StateMachine.DataApi() {
        @Override
        public CompletableFuture<?> write(LogEntryProto entry) {
          return entry.getIndex() == 1 ? flush : CompletableFuture.completedFuture(null);
        }
      };
    }
  }

  private RaftRpcRequestProto from(String node) {
    return RaftRpcRequestProto.newBuilder()
        .setRequestorId(ByteString.copyFromUtf8(node))
        .setReplyId(ByteString.copyFromUtf8(FOLLOWER))
        .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(groupId))
        .build();
  }

  private static TermIndexProto position(long index) {
    return TermIndexProto.newBuilder().setTerm(1).setIndex(index).build();
  }

  private AppendEntriesRequestProto append(long index) {
    LogEntryProto entry =
        LogEntryProto.newBuilder()
            .setTerm(1)
            .setIndex(index)
            .setStateMachineLogEntry(
                StateMachineLogEntryProto.newBuilder()
                    .setClientId(ClientId.randomId().toByteString())
                    .setCallId(index)
                    .setLogData(ByteString.copyFromUtf8("log"))
                    .setStateMachineEntry(
                        StateMachineEntryProto.newBuilder()
                            .setStateMachineData(ByteString.copyFromUtf8("data"))))
            .build();
    AppendEntriesRequestProto.Builder request =
        AppendEntriesRequestProto.newBuilder()
            .setServerRequest(from(LEADER))
            .setLeaderTerm(1)
            .setLeaderCommit(-1)
            .addEntries(entry);
    return index == 0 ? request.build() : request.setPreviousLog(position(index - 1)).build();
  }

  private boolean voteInTerm2ForALogThatEndsWithEntry1() throws IOException {
    return Objects.requireNonNull(follower)
        .requestVote(
            RequestVoteRequestProto.newBuilder()
                .setServerRequest(from(CANDIDATE))
                .setCandidateTerm(2)
                .setCandidateLastEntry(position(1))
                .build())
        .getServerReply()
        .getSuccess();
  }

  private CompletableFuture<AppendEntriesReplyProto> appendThreeHoldingBackTheSecond(
      RaftServer server) throws IOException {
    assertThat(server.appendEntriesAsync(append(0)).join().getResult())
        .isEqualTo(AppendResult.SUCCESS);
    CompletableFuture<AppendEntriesReplyProto> first = server.appendEntriesAsync(append(1));
    CompletableFuture<AppendEntriesReplyProto> second = server.appendEntriesAsync(append(2));
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    return second;
  }

  @Test
  void x1WithComposingOnRatisVotesAndThenAcknowledgesWhatTheVoteDidNotSee() throws IOException {
    RaftServer bare = start(true);
    CompletableFuture<AppendEntriesReplyProto> append = appendThreeHoldingBackTheSecond(bare);

    assertThat(voteInTerm2ForALogThatEndsWithEntry1()).isTrue();
    flush.complete(null);
    assertThat(append.join().getResult()).isEqualTo(AppendResult.SUCCESS);
  }

  private AcknowledgedMarks marks() throws IOException {
    AcknowledgedMarks marks = new AcknowledgedMarks();
    marks.open(groupId, directory.resolve("mark"));
    return marks;
  }

  @Test
  void x2TheFenceKeepsThatAcknowledgementBack() throws IOException {
    RaftServer fenced = SuccessFence.around(start(true), marks(), new UnbornGroups(), VOTES);
    CompletableFuture<AppendEntriesReplyProto> append = appendThreeHoldingBackTheSecond(fenced);

    assertThat(voteInTerm2ForALogThatEndsWithEntry1()).isTrue();
    flush.complete(null);
    assertThatThrownBy(append::join).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void x1WithComposingOffTheVoteIsRefused() throws IOException {
    RaftServer bare = start(false);
    CompletableFuture<AppendEntriesReplyProto> append = appendThreeHoldingBackTheSecond(bare);

    assertThat(voteInTerm2ForALogThatEndsWithEntry1()).isFalse();
    flush.complete(null);
    assertThat(append.join().getResult()).isEqualTo(AppendResult.SUCCESS);
  }

  @Test
  void x2WithBothGuardsNothingOfTheOldTermIsAcknowledgedInTheNew() throws IOException {
    RaftServer fenced = SuccessFence.around(start(false), marks(), new UnbornGroups(), VOTES);
    CompletableFuture<AppendEntriesReplyProto> append = appendThreeHoldingBackTheSecond(fenced);

    assertThat(voteInTerm2ForALogThatEndsWithEntry1()).isFalse();
    flush.complete(null);
    assertThatThrownBy(append::join).hasCauseInstanceOf(IOException.class);
  }

  /**
   * The narrow window of X2, with composing off. The log's read lock is held by this thread while
   * an append, its term checked and the server's lock left, waits to write; the vote is asked for
   * by this same thread, as a lock may be read again by its holder. So the append stands still
   * where the scheduler might leave it, and nothing of Ratis is changed.
   */
  private CompletableFuture<AppendEntriesReplyProto> appendWhileAVoteIsGranted(RaftServer server)
      throws IOException, InterruptedException {
    flush.complete(null); // nothing is held back here but the log
    server.appendEntriesAsync(append(0)).join();
    server.appendEntriesAsync(append(1)).join();
    RaftLogBase raftLog = (RaftLogBase) server.getDivision(groupId).getRaftLog();
    CompletableFuture<AppendEntriesReplyProto> reply = new CompletableFuture<>();
    Thread appender = new Thread(() -> forward(server, append(2), reply), "appender");
    AutoCloseableLock held = raftLog.readLock();
    try {
      appender.start();
      TestCluster.await("an append that waits for the log", () -> waitsToAppend(appender));
      assertThat(voteInTerm2ForALogThatEndsWithEntry1()).isTrue();
      assertThat(reply).isNotDone();
    } finally {
      held.close();
    }
    appender.join();
    return reply;
  }

  private static void forward(
      RaftServer server,
      AppendEntriesRequestProto request,
      CompletableFuture<AppendEntriesReplyProto> reply) {
    try {
      CompletableFuture<?> unused =
          server
              .appendEntriesAsync(request)
              .whenComplete(
                  (answer, failure) -> {
                    if (failure == null) {
                      reply.complete(answer);
                    } else {
                      reply.completeExceptionally(
                          failure instanceof CompletionException ? failure.getCause() : failure);
                    }
                  });
    } catch (IOException e) {
      reply.completeExceptionally(e);
    }
  }

  private static boolean waitsToAppend(Thread appender) {
    return appender.getState() == Thread.State.WAITING
        && Arrays.stream(appender.getStackTrace())
            .anyMatch(frame -> frame.getMethodName().equals("appendImpl"));
  }

  @Test
  void x2WithComposingOffRatisAcknowledgesInTheOldTermWhatWasAppendedAfterTheVote()
      throws Exception {
    RaftServer bare = start(false);
    AppendEntriesReplyProto reply = appendWhileAVoteIsGranted(bare).join();

    assertThat(reply.getResult()).isEqualTo(AppendResult.SUCCESS);
    assertThat(reply.getTerm()).isEqualTo(1);
    assertThat(reply.getMatchIndex()).isEqualTo(2);
    assertThat(bare.getDivision(groupId).getInfo().getCurrentTerm()).isEqualTo(2);
  }

  @Test
  void x2WithComposingOffTheFenceKeepsThatAcknowledgementBack() throws Exception {
    RaftServer fenced = SuccessFence.around(start(false), marks(), new UnbornGroups(), VOTES);
    CompletableFuture<AppendEntriesReplyProto> reply = appendWhileAVoteIsGranted(fenced);

    assertThatThrownBy(reply::join).hasCauseInstanceOf(IOException.class);
  }
}
