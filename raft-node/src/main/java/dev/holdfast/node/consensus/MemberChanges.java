package dev.holdfast.node.consensus;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.GroupState;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.MoveStep;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's part in changes of members (replication.md C1, S6; decision 0023): becomes a listener,
 * takes the steps of moves of partitions that it leads, deletes what it is no member of.
 *
 * <ul>
 *   <li>Nothing is done but what the meta group has on record.
 *   <li>One step per partition at a time; what takes longer than somebody waits goes on, and the
 *       next question is answered with {@code WAIT}.
 *   <li>Ratis compares the configuration with the one that the step was decided upon.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class MemberChanges {
  private static final Logger log = LoggerFactory.getLogger(MemberChanges.class);

  /** How far behind a listener may be to become a voter: about what is under way. */
  private static final long LAG_ENTRIES_MAX = 256;

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
  private static final long PAUSE_MILLIS = 25;
  private static final long ENTRY_MILLIS = 100;

  /** A node that is there is heard many times as often (decision 0026). */
  private static final int HEARD_ELECTION_TIMEOUTS = 2;

  private final NodeId self;
  private final ConsensusOptions options;
  private final ConsensusWorld world;
  private final RaftHost host;
  private final Births births;
  private final Map<PartitionId, Replica> replicas;
  private final Map<PartitionId, MoveStep> underWay = new ConcurrentHashMap<>();
  private volatile MoveRecords records = MoveRecords.NONE;

  MemberChanges(
      NodeId self,
      ReplicaParts parts,
      RaftHost host,
      Births births,
      Map<PartitionId, Replica> replicas) {
    this.self = self;
    this.options = parts.options();
    this.world = parts.world();
    this.host = host;
    this.births = births;
    this.replicas = replicas;
  }

  void ask(MoveRecords known) {
    records = known;
  }

  /** Joins as a listener. */
  CompletableFuture<NodeReply> host(NodeRequest.HostListener request) {
    MoveOperation move = request.move();
    if (!self.equals(move.add())) {
      throw new InvalidRequestException(
          self + " is not added by the move of " + move.before().id());
    }
    return onRecord(move)
        .thenCompose(
            recorded -> {
              learn(request.nodes());
              PartitionId id = move.before().id();
              return births.listen(asInLog(move.before()), move.before().epoch(), () -> end(id));
            })
        .thenApply(joined -> new NodeReply.Done());
  }

  /** The meta group's requests carry no epoch, and what it was like at first has none either. */
  private static ClusterMap.Partition asInLog(ClusterMap.Partition before) {
    return before.id().isMeta()
        ? new ClusterMap.Partition(before.id(), 0, before.range(), before.replicas())
        : before;
  }

  private void learn(List<ClusterMap.Node> nodes) {
    host.learn(nodes.stream().map(node -> new Peer(node.id(), node.raftAddress())).toList());
  }

  /** Nobody uses the replica any longer. */
  private void end(PartitionId partition) {
    Replica replica = replicas.remove(partition);
    if (replica != null) {
      replica.ending().leave();
      log.info("partition={} leaves this node, which is no member any more", partition);
    }
  }

  /** Deletes a replica, if it is older than the epoch at which this node is no member. */
  CompletableFuture<NodeReply> drop(NodeRequest.DropReplica request) {
    PartitionId id = request.partition();
    return records
        .isNoMember(self, id)
        .thenCompose(
            known -> {
              if (!known) {
                throw new UnavailableException(
                    Reason.NOT_READY, self + " is, or becomes, a member of " + id);
              }
              return births.leaveIfOlder(id, request.epoch(), () -> end(id));
            })
        .thenApply(gone -> new NodeReply.Done());
  }

  private CompletableFuture<Boolean> onRecord(MoveOperation move) {
    return records
        .isOnRecord(move)
        .thenApply(
            recorded -> {
              if (!recorded) {
                throw new UnavailableException(
                    Reason.NOT_READY, "the meta group has no such move on record: " + move);
              }
              return true;
            });
  }

  /** Whether members of the partition are being changed by this node, or in its log (S6). */
  boolean isChanging(PartitionId partition) {
    Replica replica = replicas.get(partition);
    RaftMember member = replica == null ? null : replica.member();
    return underWay.containsKey(partition) || (member != null && member.isChanging());
  }

  /** Takes the next step. */
  CompletableFuture<NodeReply> advance(NodeRequest.AdvanceMove request) {
    MoveOperation move = request.move();
    leading(move.before().id()); // before anybody is asked
    return onRecord(move)
        .thenCompose(
            recorded -> {
              learn(request.nodes());
              return step(move, world.clock().monotonicNanos() + PATIENCE_NANOS);
            })
        .thenApply(NodeReply.MoveAdvanced::new);
  }

  private Replica leading(PartitionId partition) {
    Replica replica = replicas.get(partition);
    if (replica == null) {
      throw new UnavailableException(Reason.NOT_HOSTED, self + " has no replica of " + partition);
    }
    if (replica.leadership().readyTerm() == 0 || replica.leadership().isPassingOn()) {
      throw replica.notLeader();
    }
    return replica;
  }

  private CompletableFuture<MoveStep> step(MoveOperation move, long deadlineNanos) {
    PartitionId id = move.before().id();
    Replica replica = leading(id);
    RaftMember member = Objects.requireNonNull(replica.member());
    if (move.givenUp() && underWay.get(id) == MoveStep.ADD_LISTENER) {
      return endFilling(id, replica);
    }
    MoveStep step =
        underWay.containsKey(id) ? MoveStep.WAIT : MoveStep.next(move, state(replica, member));
    if (step == MoveStep.ADD_LISTENER && !hasCheckpoint(replica, member)) {
      step = MoveStep.WAIT;
    }
    if (step == MoveStep.WAIT) {
      return world.clock().monotonicNanos() - deadlineNanos > 0
          ? CompletableFuture.completedFuture(step)
          : pause(PAUSE_MILLIS).thenCompose(paused -> step(move, deadlineNanos));
    }
    if (step.isEnd() || step == MoveStep.STRANGE) {
      return CompletableFuture.completedFuture(step);
    }
    if (underWay.putIfAbsent(id, step) != null) {
      return CompletableFuture.completedFuture(MoveStep.WAIT);
    }
    MoveStep taken = step;
    log.info("partition={} step={} move: {}", id, taken, move);
    CompletableFuture<?> done;
    try {
      done = take(taken, move, replica, member);
    } catch (RuntimeException e) {
      done = CompletableFuture.failedFuture(e);
    }
    Futures.whenEnded(done, (result, failure) -> underWay.remove(id, taken));
    return answered(taken, done, deadlineNanos);
  }

  /**
   * Ratis goes on filling a new member until it has caught up, which a dead one never does, and
   * refuses all changes meanwhile; only its leader's end is the end of that. The log knows nothing
   * of the new member yet.
   */
  private CompletableFuture<MoveStep> endFilling(PartitionId id, Replica replica) {
    log.info("partition={} stops filling its new replica", id);
    return replica
        .handover()
        .anew(options.handoverTimeout())
        .thenApply(
            ended -> {
              underWay.remove(id, MoveStep.ADD_LISTENER);
              return MoveStep.WAIT;
            });
  }

  /** What takes longer goes on by itself. */
  private CompletableFuture<MoveStep> answered(
      MoveStep step, CompletableFuture<?> done, long deadlineNanos) {
    long left = deadlineNanos - world.clock().monotonicNanos() + PATIENCE_NANOS;
    return done.<MoveStep>thenApply(result -> step)
        .completeOnTimeout(MoveStep.WAIT, Math.max(1, left), TimeUnit.NANOSECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    new UnavailableException(Reason.NOT_READY, step + " failed: " + failure)));
  }

  private CompletableFuture<Void> pause(long millis) {
    return CompletableFuture.runAsync(
        () -> {},
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, world.executor()));
  }

  private GroupState state(Replica replica, RaftMember member) {
    List<NodeId> voters = member.members();
    List<NodeId> listeners = member.listeners();
    TreeSet<NodeId> live = new TreeSet<>(member.heardWithin(heardBound()));
    live.add(self);
    TreeSet<NodeId> current = new TreeSet<>();
    long wanted = member.commitIndex() - LAG_ENTRIES_MAX;
    for (NodeId node : live) {
      if (node.equals(self) || replica.machine().commitNews().matchIndex(node) >= wanted) {
        current.add(node);
      }
    }
    return new GroupState(
        replica.epoch(), voters, listeners, member.isChanging(), self, live, current);
  }

  private Duration heardBound() {
    return options.electionTimeoutMin().multipliedBy(HEARD_ELECTION_TIMEOUTS);
  }

  /**
   * A new replica begins with a checkpoint: it has not the state that the log began with. And with
   * one of this range: it must not make a split that was made before it came.
   */
  private static boolean hasCheckpoint(Replica replica, RaftMember member) {
    boolean isSplitting =
        replica.machine().withState(state -> state.givenAway() != null).orElse(true);
    if (isSplitting) {
      return false; // S3: it takes none until its child is safe
    }
    if (replica.machine().checkpointIndex() > 0
        && replica.machine().checkpointIndex() >= replica.shape().changedAt()) {
      return true;
    }
    member.requestSnapshot();
    return false;
  }

  private CompletableFuture<?> take(
      MoveStep step, MoveOperation move, Replica replica, RaftMember member) {
    NodeId add = move.add();
    List<Peer> voters = peers(member.members());
    List<Peer> listeners = peers(member.listeners());
    return switch (step) {
      case ADD_LISTENER ->
          withEntries(
              replica,
              member.reconfigure(
                  voters, listeners, voters, with(listeners, Objects.requireNonNull(add))));
      case PROMOTE ->
          member.reconfigure(
              voters,
              listeners,
              with(voters, Objects.requireNonNull(add)),
              without(listeners, add));
      case REMOVE ->
          member.reconfigure(voters, listeners, without(voters, move.remove()), listeners);
      case RETRACT ->
          member.reconfigure(voters, listeners, without(voters, add), without(listeners, add));
      case HAND_OVER -> handOver(move, replica, member);
      case RECORD -> record(move, replica);
      case WAIT, MOVED, UNDONE, STRANGE -> CompletableFuture.completedFuture(null);
    };
  }

  /**
   * Ratis looks whether a new member has caught up when that has appended something, else once in
   * an election time-out of its own, which is long (decision 0026): so there is something to
   * append.
   */
  private CompletableFuture<Void> withEntries(Replica replica, CompletableFuture<Void> change) {
    keepAppending(replica, change);
    return change;
  }

  private void keepAppending(Replica replica, CompletableFuture<Void> change) {
    if (!change.isDone() && replica.leadership().isLeader()) {
      CompletableFuture<?> unused = replica.own().propose(new Command.RenewLease());
      Futures.whenEnded(pause(ENTRY_MILLIS), (done, failure) -> keepAppending(replica, change));
    }
  }

  private List<Peer> peers(List<NodeId> nodes) {
    List<Peer> peers = new ArrayList<>();
    for (NodeId node : nodes) {
      Peer peer = host.peers().peer(node);
      if (peer == null) {
        throw new UnavailableException(Reason.NOT_READY, "no address of node " + node);
      }
      peers.add(peer);
    }
    return peers;
  }

  private List<Peer> with(List<Peer> peers, NodeId node) {
    List<Peer> more = new ArrayList<>(peers);
    more.addAll(peers(List.of(node)));
    return more;
  }

  private static List<Peer> without(List<Peer> peers, @Nullable NodeId node) {
    return peers.stream().filter(peer -> !peer.node().equals(node)).toList();
  }

  /** To somebody who stays and is there: this node is the one that leaves. */
  private CompletableFuture<Void> handOver(MoveOperation move, Replica replica, RaftMember member) {
    List<NodeId> stay = move.givenUp() ? move.before().replicas() : move.after().replicas();
    List<NodeId> successors =
        member.successorsHeardWithin(heardBound()).stream().filter(stay::contains).toList();
    if (successors.isEmpty()) {
      throw new UnavailableException(Reason.NOT_READY, "nobody to hand over to");
    }
    return replica.handover().completelyToAny(successors, options.handoverTimeout());
  }

  private static CompletableFuture<Void> record(MoveOperation move, Replica replica) {
    return replica
        .own()
        .propose(new Command.SetMembers(move.before().epoch(), move.after().replicas()))
        .thenAccept(
            outcome -> {
              if (!(outcome.results().get(0) instanceof Result.Done)) {
                throw new UnavailableException(
                    Reason.NOT_READY, "the log says otherwise: " + outcome.results());
              }
            });
  }
}
