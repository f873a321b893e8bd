package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.ProtoUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** X1 and X2 as rules, on a server made of answers. */
class SuccessFenceTest {
  private static final long LEADER_TERM = 4;
  private static final long ENTRY = 17;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @SuppressWarnings("NullAway.Init")
  private AcknowledgedMark mark;

  private LifeCycle.State state = LifeCycle.State.RUNNING;
  private final AtomicLong term = new AtomicLong(LEADER_TERM);
  private final CompletableFuture<AppendEntriesReplyProto> appended = new CompletableFuture<>();
  private final AcknowledgedMarks marks = new AcknowledgedMarks();
  private final UnbornGroups unborn = new UnbornGroups();
  private final VoteCalls votes = new VoteCalls(Duration.ofSeconds(1), peer -> true);
  private final RaftGroupId group = RaftGroupId.randomId();
  private final FakeDivisions divisions = new FakeDivisions();
  private final RaftServer fenced = SuccessFence.around(server(), divisions, marks, unborn, votes);
  private boolean isGranted = true;

  private final class FakeDivisions implements SuccessFence.Divisions {
    private int syncCount;
    private boolean isBroken;

    @Override
    public long currentTerm(RaftGroupId of) {
      return term.get();
    }

    @Override
    public void syncVote(RaftGroupId of) throws IOException {
      if (isBroken) {
        throw new IOException("no sync");
      }
      syncCount++;
    }
  }

  @BeforeEach
  void openTheMark() throws IOException {
    mark = marks.open(group, directory.resolve("mark"));
  }

  private RaftServer server() {
    return (RaftServer)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {RaftServer.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "appendEntriesAsync" -> appended;
                  case "appendEntries" -> appended.join();
                  case "getProperties" -> new RaftProperties();
                  case "requestVote" -> voted();
                  case "installSnapshot" -> InstallSnapshotReplyProto.getDefaultInstance();
                  case "getDivision" ->
                      answering(
                          RaftServer.Division.class,
                          "getInfo",
                          () -> answering(DivisionInfo.class, "getLifeCycleState", () -> state));
                  default -> throw new IOException(method.getName());
                });
  }

  private RequestVoteReplyProto voted() {
    return RequestVoteReplyProto.newBuilder()
        .setServerReply(RaftRpcReplyProto.newBuilder().setSuccess(isGranted))
        .build();
  }

  private static Object answering(Class<?> type, String method, Supplier<Object> answer) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, called, arguments) -> {
          assertThat(called.getName()).isEqualTo(method);
          return answer.get();
        });
  }

  /** Else it would change the role of a replica that is opening its log, whose start then fails. */
  @Test
  void aSnapshotIsRefusedUntilTheReplicaRuns() throws IOException {
    InstallSnapshotRequestProto snapshot =
        InstallSnapshotRequestProto.newBuilder().setServerRequest(serverRequest()).build();
    state = LifeCycle.State.STARTING;
    assertThatThrownBy(() -> fenced.installSnapshot(snapshot))
        .isInstanceOf(ServerNotReadyException.class);

    state = LifeCycle.State.RUNNING;
    assertThat(fenced.installSnapshot(snapshot)).isNotNull();
  }

  private AppendEntriesRequestProto request() {
    return AppendEntriesRequestProto.newBuilder()
        .setLeaderTerm(LEADER_TERM)
        .setServerRequest(serverRequest())
        .addEntries(LogEntryProto.newBuilder().setIndex(ENTRY))
        .build();
  }

  private RaftRpcRequestProto serverRequest() {
    return RaftRpcRequestProto.newBuilder()
        .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(group))
        .build();
  }

  private RequestVoteRequestProto vote() {
    return RequestVoteRequestProto.newBuilder().setServerRequest(serverRequest()).build();
  }

  /** To a peer that always answers so. */
  private RaftServerRpc transport(Supplier<Object> answer) {
    RaftServerRpc peer =
        (RaftServerRpc)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {RaftServerRpc.class},
                (proxy, method, arguments) -> answer.get());
    StepDowns stepDowns = new StepDowns(() -> 0);
    return SuccessFence.around(peer, divisions, marks, unborn, stepDowns, votes);
  }

  private static AppendEntriesReplyProto reply(AppendResult result) {
    return AppendEntriesReplyProto.newBuilder().setResult(result).setMatchIndex(ENTRY).build();
  }

  @Test
  void x2ASuccessOfTheCurrentTermPasses() throws IOException {
    CompletableFuture<AppendEntriesReplyProto> reply = fenced.appendEntriesAsync(request());
    appended.complete(reply(AppendResult.SUCCESS));

    assertThat(reply.join().getResult()).isEqualTo(AppendResult.SUCCESS);
    assertThat(fenced.appendEntries(request()).getResult()).isEqualTo(AppendResult.SUCCESS);
  }

  @Test
  void x2ASuccessIsNotSentWhenTheTermGrewBeforeTheAppendCompleted() throws IOException {
    CompletableFuture<AppendEntriesReplyProto> reply = fenced.appendEntriesAsync(request());
    term.incrementAndGet();
    appended.complete(reply(AppendResult.SUCCESS));

    assertThatThrownBy(reply::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(() -> fenced.appendEntries(request())).isInstanceOf(IOException.class);
  }

  @Test
  void x2ARefusalIsAlwaysSent() throws IOException {
    term.incrementAndGet();
    appended.complete(reply(AppendResult.NOT_LEADER));

    assertThat(fenced.appendEntries(request()).getResult()).isEqualTo(AppendResult.NOT_LEADER);
  }

  @Test
  void c1WhatIsAcknowledgedIsRememberedBeforeTheLeaderHearsOfIt() throws IOException {
    appended.complete(reply(AppendResult.SUCCESS));
    fenced.appendEntries(request());

    assertThat(marks.of(group).index()).isEqualTo(ENTRY);
  }

  @Test
  void c1WhatIsNotAcknowledgedIsNotRemembered() {
    term.incrementAndGet();
    appended.complete(reply(AppendResult.SUCCESS));

    assertThatThrownBy(() -> fenced.appendEntries(request())).isInstanceOf(IOException.class);
    assertThat(mark.index()).isEqualTo(AcknowledgedMark.NONE);
  }

  /** Else Ratis stops for 5 s, and holds up all groups of the connection ({@link StepDowns}). */
  @Test
  void aLeaderHearsOnceThatItIsNoneAnyMore() throws IOException {
    RaftServerRpc transport = transport(() -> reply(AppendResult.NOT_LEADER));

    assertThat(transport.appendEntries(request()).getResult()).isEqualTo(AppendResult.NOT_LEADER);
    assertThatThrownBy(() -> transport.appendEntries(request()))
        .isInstanceOf(StepDowns.SteppingDownException.class);
  }

  @Test
  void c1AReplicaThatLostAcknowledgedEntriesNeitherVotesNorStandsUntilItHasThemAgain()
      throws IOException {
    RaftServerRpc transport = transport(this::voted);
    RequestVoteRequestProto vote = vote();
    mark.raise(ENTRY);
    mark.withholdVote(() -> {});

    assertThatThrownBy(() -> fenced.requestVote(vote)).hasMessageContaining("vote");
    assertThatThrownBy(() -> transport.requestVote(vote)).hasMessageContaining("vote");

    appended.complete(reply(AppendResult.SUCCESS));
    fenced.appendEntries(request());
    assertThat(fenced.requestVote(vote)).isNotNull();
    assertThat(transport.requestVote(vote)).isNotNull();
  }

  /** Else a power cut could take it, and the replica would vote again in the same term. */
  @Test
  void aVoteIsDurableBeforeItIsHeardOf() throws IOException {
    assertThat(fenced.requestVote(vote()).getServerReply().getSuccess()).isTrue();
    assertThat(divisions.syncCount).isEqualTo(1);

    divisions.isBroken = true;
    assertThatThrownBy(() -> fenced.requestVote(vote())).hasMessage("no sync");
  }

  @Test
  void aCandidatesVoteForItselfIsDurableBeforeItAsksForOthers() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    RaftServerRpc transport =
        transport(
            () -> {
              asked.incrementAndGet();
              return voted();
            });
    transport.requestVote(vote());
    assertThat(divisions.syncCount).isEqualTo(1);

    divisions.isBroken = true;
    assertThatThrownBy(() -> transport.requestVote(vote())).hasMessage("no sync");
    assertThat(asked).hasValue(1);
  }

  @Test
  void whatPromisesNothingIsNotSynced() throws IOException {
    RequestVoteRequestProto preVote = vote().toBuilder().setPreVote(true).build();
    fenced.requestVote(preVote);
    transport(this::voted).requestVote(preVote);
    isGranted = false;
    fenced.requestVote(vote());

    assertThat(divisions.syncCount).isZero();
  }

  /** S1: it says that it has the seed, and has nothing. */
  @Test
  void aGroupThatIsNotBornIsDeafAndDumb() throws IOException {
    RaftServerRpc transport = transport(this::voted);
    RequestVoteRequestProto vote = vote();
    InstallSnapshotRequestProto snapshot =
        InstallSnapshotRequestProto.newBuilder().setServerRequest(serverRequest()).build();
    unborn.add(group, directory);

    assertThatThrownBy(() -> fenced.requestVote(vote)).isInstanceOf(ServerNotReadyException.class);
    assertThatThrownBy(() -> fenced.appendEntries(request()))
        .isInstanceOf(ServerNotReadyException.class);
    assertThatThrownBy(() -> fenced.appendEntriesAsync(request()))
        .isInstanceOf(ServerNotReadyException.class);
    assertThatThrownBy(() -> fenced.installSnapshot(snapshot))
        .isInstanceOf(ServerNotReadyException.class);
    assertThatThrownBy(() -> transport.requestVote(vote))
        .isInstanceOf(ServerNotReadyException.class);

    unborn.born(group, directory);
    appended.complete(reply(AppendResult.SUCCESS));
    assertThat(fenced.requestVote(vote)).isNotNull();
    assertThat(fenced.appendEntries(request())).isNotNull();
    assertThat(transport.requestVote(vote)).isNotNull();
    assertThat(UnbornGroups.isMarked(directory)).isFalse();
  }

  @Test
  void everythingElseGoesThroughWithItsOwnExceptions() {
    assertThat(fenced.getProperties()).isNotNull();
    assertThatThrownBy(() -> fenced.start()).isInstanceOf(IOException.class).hasMessage("start");
  }

  @Test
  void x1ComposedAppendsAreRefusedAtStart() {
    RaftProperties defaults = new RaftProperties();

    assertThatThrownBy(() -> RatisProperties.assertSafe(defaults))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("compose");
  }
}
