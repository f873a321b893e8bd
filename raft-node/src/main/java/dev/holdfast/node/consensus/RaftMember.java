package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.statemachine.spi.ApplyContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.RaftServerProtocol;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's membership in one Raft group, as far as Ratis runs it. */
final class RaftMember implements ProposalQueue.Submitter {
  private static final Logger log = LoggerFactory.getLogger(RaftMember.class);
  private static final long SNAPSHOT_TIMEOUT_MILLIS = 60_000;
  private static final long STEP_DOWN_TIMEOUT_MILLIS = 3_000;

  /** A node that has just been started applies some thousands a second. */
  private static final long BEHIND_ENTRIES = 1_000;

  private final RaftServer server;
  private final RaftServer.Division division;
  private final RaftClientAsynchronousProtocol direct;
  private final BooleanSupplier expelled;
  private final BooleanSupplier mayLead;
  private final Candidacy candidacy;
  private final Hearing hearing;
  private final ConsensusClock clock;
  private final Executor executor;
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong nextCallId = new AtomicLong(1);
  private final NodeId self;
  private volatile @Nullable Members members;

  /**
   * @param expelled whether a leader has said that this node is no member any more
   * @param mayLead whether the replica still has what it acknowledged (C1), and its node the time
   *     of the others (R12)
   * @param hearing of the nodes
   * @param executor for what may have to wait for the division's lock; see {@link #asked}
   */
  RaftMember(
      RaftServer server,
      RaftServer.Division division,
      BooleanSupplier expelled,
      BooleanSupplier mayLead,
      Candidacy candidacy,
      Hearing hearing,
      ConsensusClock clock,
      Executor executor) {
    this.server = server;
    this.division = division;
    this.expelled = expelled;
    this.mayLead = mayLead;
    this.candidacy = candidacy;
    this.hearing = hearing;
    this.clock = clock;
    this.executor = executor;
    this.self = new NodeId(division.getId().toString());
    // Unlike the server's own method, the division's does not hand over to another thread.
    this.direct = (RaftClientAsynchronousProtocol) division;
  }

  NodeId self() {
    return self;
  }

  DivisionInfo info() {
    return division.getInfo();
  }

  long commitIndex() {
    return division.getRaftLog().getLastCommittedIndex();
  }

  /** Of the log, committed or not. */
  long lastIndex() {
    return division.getRaftLog().getNextIndex() - 1;
  }

  /** Whether much of the log is still to be applied: it would be long before it answers. */
  boolean isBehind() {
    return lastIndex() - info().getLastAppliedIndex() > BEHIND_ENTRIES;
  }

  /** As far as this replica knows. */
  @Nullable NodeId leader() {
    RaftPeerId leader = info().getLeaderId();
    return leader == null ? null : new NodeId(leader.toString());
  }

  NodeStatus.Role role() {
    RaftPeerRole role = info().getCurrentRole();
    return switch (role) {
      case LEADER -> NodeStatus.Role.LEADER;
      case CANDIDATE -> NodeStatus.Role.CANDIDATE;
      case LISTENER -> NodeStatus.Role.LISTENER;
      case FOLLOWER, UNRECOGNIZED -> NodeStatus.Role.FOLLOWER;
    };
  }

  @Override
  public CompletableFuture<Void> submit(Batch batch) {
    if (batch.before().isEmpty()) {
      return append(batch);
    }
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (Batch.Piece piece : batch.before()) { // Ratis appends before it returns
      CompletableFuture<Void> appended = append(piece);
      if (appended.isCompletedExceptionally()) {
        return appended;
      }
      all.add(appended);
    }
    all.add(append(batch));
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> append(Message message) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setServerId(division.getId())
            .setGroupId(division.getMemberId().getGroupId())
            .setCallId(nextCallId.getAndIncrement())
            .setMessage(message)
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      return direct.submitClientRequestAsync(request).thenAccept(RaftMember::orThrow);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private interface Question {
    CompletableFuture<RaftClientReply> ask() throws IOException;
  }

  /**
   * Asks Ratis's server for something, and goes on with its answer, on a thread of ours. The server
   * hands the question to a thread of its own and waits for it, and that thread waits for the
   * division's lock, in which Ratis may have called us: it answers there what a leader has left
   * undone as it steps down, and a change of members.
   */
  private CompletableFuture<Void> asked(Question question) {
    return CompletableFuture.completedFuture(question)
        .thenComposeAsync(
            same -> {
              try {
                return same.ask();
              } catch (IOException | RuntimeException e) {
                return CompletableFuture.failedFuture(e);
              }
            },
            executor)
        .whenCompleteAsync((done, failure) -> {}, executor)
        .thenAccept(RaftMember::orThrow);
  }

  private static void orThrow(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new CompletionException(reply.getException());
    }
  }

  /** Whether nobody has led this group before its present leader (S4). */
  boolean isFirstLed() {
    TermIndex first = division.getRaftLog().getTermIndex(ApplyContext.SEED.index() + 1);
    return first != null && first.getTerm() == info().getCurrentTerm();
  }

  /** Has this replica of a group that never had a leader ask for votes now, not by and by. */
  void startElection() throws IOException {
    ByteString self = division.getId().toByteString();
    RaftRpcRequestProto.Builder header =
        RaftRpcRequestProto.newBuilder()
            .setRequestorId(self)
            .setReplyId(self)
            .setRaftGroupId(
                ProtoUtils.toRaftGroupIdProtoBuilder(division.getMemberId().getGroupId()))
            .setCallId(nextCallId.getAndIncrement());
    ((RaftServerProtocol) division)
        .startLeaderElection(
            StartLeaderElectionRequestProto.newBuilder()
                .setServerRequest(header)
                .setLeaderLastEntry(
                    TermIndexProto.newBuilder()
                        .setTerm(ApplyContext.SEED.term())
                        .setIndex(ApplyContext.SEED.index()))
                .build());
  }

  /** Whether this replica stands for election, and has not for long. */
  boolean isStanding() {
    return info().isCandidate() && !candidacy.isHanging(clock.monotonicNanos());
  }

  /**
   * Does what is due about the group's leader; to be called often, by one thread.
   *
   * @return whether it has begun to stand for election
   */
  boolean seekLeader(Candidacy.Turn turn) {
    Candidacy.View view =
        new Candidacy.View(
            self,
            role(),
            leader(),
            info().getCurrentTerm(),
            this::members,
            this::isBehind,
            () -> mayLead.getAsBoolean() && !isLeaving());
    Candidacy.Step step = candidacy.next(view, hearing, turn, clock.monotonicNanos());
    if (step != Candidacy.Step.NONE) {
      log.info("{} term={} leader={} {}", division.getMemberId(), view.term(), view.leader(), step);
    }
    switch (step) {
      case NONE -> {}
      case ASK -> elect(() -> Elections.stand(division, Elections.PreVote.FIRST, view.term()));
      case STAND -> elect(() -> Elections.stand(division, Elections.PreVote.LEFT_OUT, view.term()));
      case WITHDRAW -> elect(() -> Elections.withdraw(division));
      case STEP_DOWN -> {
        CompletableFuture<Void> unused = stepDown();
      }
    }
    return step == Candidacy.Step.ASK || step == Candidacy.Step.STAND;
  }

  private interface Election {
    void change() throws IOException;
  }

  /** It takes the division's lock, and another group's leader is not to wait for that. */
  private void elect(Election election) {
    executor.execute(
        () -> {
          try {
            election.change();
          } catch (IOException | RuntimeException e) {
            log.warn("{} cannot seek a leader", division.getMemberId(), e);
          }
        });
  }

  /** Stops leading, for nobody in particular. */
  CompletableFuture<Void> stepDown() {
    return transfer((RaftPeerId) null, STEP_DOWN_TIMEOUT_MILLIS);
  }

  /** Stands for election, if nobody leads and nobody else has stood since that term. */
  void standAfter(long term) {
    elect(() -> Elections.stand(division, Elections.PreVote.FIRST, term));
  }

  /** Asks Ratis to hand leadership over; fails when it did not happen in time. */
  CompletableFuture<Void> transfer(NodeId to, Duration timeout) {
    return transfer(RaftPeerId.valueOf(to.name()), timeout.toMillis());
  }

  private CompletableFuture<Void> transfer(@Nullable RaftPeerId to, long timeoutMillis) {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            clientId,
            division.getId(),
            division.getMemberId().getGroupId(),
            nextCallId.getAndIncrement(),
            to,
            timeoutMillis);
    return asked(() -> server.transferLeadershipAsync(request));
  }

  /** Asks the apply thread to take a checkpoint. */
  void requestSnapshot() {
    SnapshotManagementRequest request =
        SnapshotManagementRequest.newCreate(
            clientId,
            division.getId(),
            division.getMemberId().getGroupId(),
            nextCallId.getAndIncrement(),
            SNAPSHOT_TIMEOUT_MILLIS);
    CompletableFuture<Void> unused =
        asked(() -> server.snapshotManagementAsync(request))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    log.warn(
                        "{} took no checkpoint: {}", division.getMemberId(), failure.toString());
                  }
                });
  }

  /** Those with a vote whose nodes answered within the bound. Leader only. */
  List<NodeId> followersHeardWithin(Duration bound) {
    List<NodeId> voters = members();
    return heardWithin(bound).stream().filter(voters::contains).toList();
  }

  /** Those of them that may lead. */
  List<NodeId> successorsHeardWithin(Duration bound) {
    return followersHeardWithin(bound).stream().filter(this::mayLead).toList();
  }

  /** Whether a node has the time of the others, as far as this one knows (R12). */
  boolean mayLead(NodeId node) {
    return !hearing.isAstray(node);
  }

  /**
   * The same, with those that have no vote. The nodes are asked often, their replicas of an idle
   * group rarely.
   */
  List<NodeId> heardWithin(Duration bound) {
    long nowNanos = clock.monotonicNanos();
    long rareMillis = division.properties().minRpcTimeoutMs();
    return info().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
        .filter(follower -> follower.getLastRpcElapsedTimeMs() <= rareMillis)
        .sorted(Comparator.comparingLong(ServerRpcProto::getLastRpcElapsedTimeMs))
        .map(follower -> new NodeId(follower.getId().getId().toStringUtf8()))
        .filter(node -> hearing.answersWithin(node, bound, nowNanos))
        .toList();
  }

  private record Members(RaftConfiguration configuration, List<NodeId> inOrder) {}

  /** The members of the group in a fixed order. */
  List<NodeId> members() {
    RaftConfiguration now = division.getRaftConf(); // never changes: there is another one then
    Members known = members;
    if (known == null || known.configuration() != now) {
      known =
          new Members(
              now,
              now.getAllPeers().stream()
                  .map(peer -> new NodeId(peer.getId().toString()))
                  .sorted()
                  .toList());
      members = known;
    }
    return known.inOrder();
  }

  /** Those who receive the log and have no vote. */
  List<NodeId> listeners() {
    return division.getRaftConf().getAllPeers(RaftPeerRole.LISTENER).stream()
        .map(peer -> new NodeId(peer.getId().toString()))
        .sorted()
        .toList();
  }

  /** Whether a change of members is not committed yet. */
  boolean isChanging() {
    return !division.getRaftConf().getPreviousPeers().isEmpty();
  }

  /**
   * Asks Ratis for other members; completes when they are committed. What is new is brought up to
   * date first.
   *
   * @param oldVoters and {@code oldListeners}: those that there must be, or nothing is changed
   */
  CompletableFuture<Void> reconfigure(
      List<Peer> oldVoters, List<Peer> oldListeners, List<Peer> voters, List<Peer> listeners) {
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            clientId,
            division.getId(),
            division.getMemberId().getGroupId(),
            nextCallId.getAndIncrement(),
            SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(oldVoters.stream().map(RatisPeers::of).toList())
                .setListenersInCurrentConf(oldListeners.stream().map(RatisPeers::listener).toList())
                .setServersInNewConf(voters.stream().map(RatisPeers::of).toList())
                .setListenersInNewConf(listeners.stream().map(RatisPeers::listener).toList())
                .build());
    return asked(() -> server.setConfigurationAsync(request));
  }

  /**
   * Whether the group goes on without this node: a leader has said so, or its configuration does,
   * and that is not a transitional one.
   */
  boolean isExpelled() {
    return expelled.getAsBoolean() || (!isChanging() && !isInNewConfiguration());
  }

  /**
   * Whether a change that takes this node out is in the log and perhaps not committed. Ratis 3.3.0
   * stops a replica that stands for election then, though its vote still counts.
   */
  boolean isLeaving() {
    return isChanging() && !isInNewConfiguration();
  }

  private boolean isInNewConfiguration() {
    RaftPeerId self = division.getId(); // of a transitional one, all peers are those of both
    return Stream.of(RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER)
        .flatMap(role -> division.getRaftConf().getCurrentPeers(role).stream())
        .anyMatch(peer -> peer.getId().equals(self));
  }

  /** Where Ratis keeps the files of its log. */
  Path logDirectory() {
    return division.getRaftStorage().getStorageDir().getCurrentDir().toPath();
  }

  /** The members but this one. */
  List<NodeId> others() {
    return members().stream().filter(node -> !node.equals(self)).toList();
  }
}
