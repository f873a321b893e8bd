package dev.holdfast.node.consensus;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.TransactionCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's replicas: hosts the meta group and any number of data partitions and answers {@link
 * NodeRequest}s for them.
 *
 * <p>Thread-safe. {@link #ask} never blocks; futures complete on the asking thread when possible,
 * otherwise on a thread that must not be held up: do no more in a dependent stage than encode an
 * answer and hand it to a connection.
 */
public final class Consensus implements NodeLink, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Consensus.class);

  /** Nothing waits longer, whatever a request asks for (invariant 11). */
  private static final long REQUEST_MILLIS_MAX = 300_000;

  /** A partition stands still while it is passed on. */
  private static final long TRANSFER_MILLIS_MAX = 10_000;

  private final ConsensusOptions options;
  private final NodeId self;
  private final ReplicaParts parts;
  private final Function<NodeId, NodeLink> links;
  private final RaftHost host;
  private final Births births;
  private final MergeGuard mergeGuard;
  private final MemberChanges members;
  private final Map<PartitionId, Replica> replicas = new ConcurrentSkipListMap<>();
  private final AtomicLong nextOwnId = new AtomicLong();
  private final long ownIdsHigh = new SecureRandom().nextLong();
  private final Upkeep upkeep;
  private final Scrubber scrubber;

  /** One flush at a time: others wait for it, timers do not. */
  private final ExecutorService flusher =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "flush");
            thread.setDaemon(true);
            return thread;
          });

  private volatile boolean started;
  private volatile boolean stopping;

  /**
   * Nothing is started yet.
   *
   * @param self this node and where it serves Raft
   * @param directory holds one directory per replica, named like the partition
   * @param links to other nodes, to ask leaders for read indexes
   */
  public Consensus(
      ConsensusOptions options,
      Peer self,
      Path directory,
      StateMachineFactories factories,
      Function<NodeId, NodeLink> links,
      ConsensusWorld world) {
    this.options = options;
    this.self = self.node();
    this.parts = new ReplicaParts(options, world, factories, flusher);
    this.links = links;
    this.host =
        new RaftHost(
            options,
            self,
            directory,
            new Household(),
            factories.data()::seededFor,
            this::led,
            world);
    this.mergeGuard =
        new MergeGuard(node -> node.equals(this.self) ? this : links.apply(node), this::newOwnId);
    this.births = new Births(host, world, replicas);
    this.members = new MemberChanges(self.node(), parts, host, births, replicas);
    this.upkeep = new Upkeep(host, replicas.values(), parts);
    this.scrubber = new Scrubber(replicas.values(), options.scrub(), world.listener());
  }

  /**
   * Starts every replica found on disk and those of {@code initial} that this node is to have and
   * that are not on disk yet. Blocks until all are open, not until they have leaders. Call once.
   *
   * @param peers all nodes, this one included
   * @throws IOException when the port or the directory cannot be used
   */
  public void start(List<ClusterMap.Partition> initial, List<Peer> peers) throws IOException {
    host.start(
        initial.stream().filter(partition -> partition.replicas().contains(self)).toList(), peers);
    upkeep.start();
    scrubber.start();
    started = true;
  }

  /** Whom to ask before members are changed; call before the start. Until then none are. */
  public void ask(MoveRecords records) {
    members.ask(records);
  }

  /**
   * Nodes that have joined the cluster, and where they serve Raft; those known may be among them.
   */
  public void learn(Collection<Peer> nodes) {
    host.learn(nodes);
  }

  private final class Household implements RaftHost.Residents {
    @Override
    public Replica create(ClusterMap.Partition partition, Path home) {
      Replica created =
          new Replica(partition, home, parts, links, Consensus.this::newOwnId, births);
      if (!started) {
        created.wasHere();
      }
      return created;
    }

    @Override
    public void joining(Replica replica) {
      births.joining(replica);
    }

    @Override
    public void joined(Replica replica) {
      births.joined(replica);
    }

    @Override
    public void moveIn(Replica replica) {
      replicas.put(replica.partition(), replica);
      if (stopping) {
        replica.ending().stop(); // too late to be among those that were stopped
      }
    }
  }

  private RequestId newOwnId() {
    return new RequestId(ownIdsHigh, nextOwnId.getAndIncrement());
  }

  /** The partitions whose groups Ratis says that this node leads. */
  private Set<PartitionId> led() {
    return replicas.values().stream()
        .filter(replica -> replica.leadership().isLeader())
        .map(Replica::partition)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public CompletableFuture<NodeReply> ask(NodeRequest request) {
    try {
      return dispatch(request);
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    } catch (RuntimeException e) {
      log.warn("request failed: {}", request.getClass().getSimpleName(), e);
      return CompletableFuture.failedFuture(
          new StoreException.IndeterminateException("internal error", e));
    }
  }

  private CompletableFuture<NodeReply> dispatch(NodeRequest request) {
    if (request instanceof NodeRequest.Write write) {
      requireProposable(write);
      return write(write);
    }
    if (request instanceof NodeRequest.ReadFrom read) {
      Replica replica = replica(read.partition());
      replica.shape().requireCurrent(read.epoch());
      return replica.reads().read(read, deadlineNanos(read.timeoutMillis()));
    }
    if (request instanceof NodeRequest.AskReadIndex ask) {
      return replica(ask.partition()).reads().readIndex(deadlineNanos(ask.timeoutMillis()));
    }
    if (request instanceof NodeRequest.TransferLeader transfer) {
      return transfer(
              transfer.partition(),
              transfer.to(),
              Duration.ofMillis(
                  Math.min(Math.max(1, transfer.timeoutMillis()), TRANSFER_MILLIS_MAX)))
          .thenApply(done -> new NodeReply.Done());
    }
    if (request instanceof NodeRequest.HostListener host) {
      requireRunning();
      return members.host(host);
    }
    if (request instanceof NodeRequest.AdvanceMove advance) {
      requireRunning();
      return members.advance(advance);
    }
    if (request instanceof NodeRequest.DropReplica drop) {
      requireRunning();
      return members.drop(drop);
    }
    if (request instanceof NodeRequest.HostReplica host) {
      return host(host.partition());
    }
    if (request instanceof NodeRequest.PrepareSplit prepare) {
      requireRunning();
      return births.prepare(prepare.operation()).thenApply(done -> new NodeReply.Done());
    }
    if (request instanceof NodeRequest.RetireReplica retire) {
      return retire(retire.merge());
    }
    if (request instanceof NodeRequest.AskDigest ask) {
      return CompletableFuture.completedFuture(
          new NodeReply.Digest(replica(ask.partition()).digests().at(ask.index())));
    }
    if (request instanceof NodeRequest.AskSplitKey ask) {
      Replica replica = replica(ask.partition());
      return CompletableFuture.supplyAsync(
          () -> new NodeReply.SplitKey(replica.middleKey()), parts.world().executor());
    }
    if (request instanceof NodeRequest.AskStatus) {
      return CompletableFuture.completedFuture(new NodeReply.Status(status()));
    }
    throw new IllegalArgumentException("unknown request " + request.getClass());
  }

  /**
   * What only a leader may propose, of itself: a digest made up would halt replicas, a lease given
   * up for another would let its successor answer too early (L4), what was given away must not go
   * too early (S3), and nothing else must take the place of what another partition holds (M).
   */
  private void requireProposable(NodeRequest.Write write) {
    for (Proposal proposal : write.proposals()) {
      Command command = proposal.command();
      if (command instanceof Command.RenewLease
          || command instanceof Command.Relinquish
          || command instanceof Command.Trim
          || command instanceof MergeCommand.Take
          || command instanceof MergeCommand.Absorb
          || command instanceof Command.SetMembers
          || command instanceof Command.VerifyDigest) {
        throw new InvalidRequestException(
            command.getClass().getSimpleName() + " is not for clients to propose");
      }
      if (command instanceof Command.Split && members.isChanging(write.partition())) { // S6
        throw new UnavailableException(
            Reason.NOT_READY, "the members of " + write.partition() + " are being changed");
      }
      if (command instanceof MetaCommand.Membership membership
          && membership.change() instanceof MembershipChange.AddNode add
          && !add.clusterId().equals(options.clusterId())) {
        throw new InvalidRequestException(
            "this is cluster '" + options.clusterId() + "', not '" + add.clusterId() + "'");
      }
    }
  }

  private CompletableFuture<NodeReply> write(NodeRequest.Write write) {
    Replica replica = replica(write.partition());
    long deadlineNanos = deadlineNanos(write.timeoutMillis());
    List<CompletableFuture<Void>> unproved = new ArrayList<>();
    for (Proposal proposal : write.proposals()) {
      if (proposal.command() instanceof MergeCommand.Unfreeze unfreeze) {
        unproved.add(mergeGuard.requireCancelled(unfreeze.operation()));
      }
    }
    return unproved.isEmpty()
        ? replica.writes().write(write, deadlineNanos)
        : CompletableFuture.allOf(unproved.toArray(CompletableFuture[]::new))
            .thenCompose(proved -> replica.writes().write(write, deadlineNanos));
  }

  private CompletableFuture<NodeReply> retire(MergeOperation merge) {
    if (!started || stopping) {
      throw new UnavailableException(Reason.NOT_READY, self + " is starting or stopping");
    }
    Replica left = replicas.get(merge.left().id());
    return mergeGuard
        .requireAbsorbed(merge, left == null ? Optional.empty() : left.merge())
        .thenCompose(yes -> remove(merge.right().id(), merge.merged().epoch()))
        .thenApply(gone -> new NodeReply.Done());
  }

  private long deadlineNanos(long timeoutMillis) {
    long bounded = Math.min(Math.max(0, timeoutMillis), REQUEST_MILLIS_MAX);
    return parts.world().clock().monotonicNanos() + TimeUnit.MILLISECONDS.toNanos(bounded);
  }

  private Replica replica(PartitionId partition) {
    if (stopping) {
      throw new UnavailableException(Reason.STOPPING, self + " is stopping");
    }
    Replica replica = replicas.get(partition);
    if (!started) { // what is not here yet may still be opened: nobody's map is wrong
      throw new UnavailableException(Reason.NOT_READY, self + " is starting");
    }
    if (replica == null || replica.ending().isOver()) {
      throw new UnavailableException(Reason.NOT_HOSTED, self + " has no replica of " + partition);
    }
    return replica;
  }

  private void requireRunning() {
    if (!started || stopping) {
      throw new UnavailableException(Reason.NOT_READY, self + " is starting or stopping");
    }
  }

  private CompletableFuture<NodeReply> host(ClusterMap.Partition partition) {
    requireRunning();
    if (partition.id().isMeta() || !partition.replicas().contains(self)) {
      throw new InvalidRequestException(self + " is no replica of " + partition.id());
    }
    return births.join(partition).thenApply(done -> new NodeReply.Done());
  }

  /**
   * Has this node's replica of a partition leave for ever: closed, deleted, and never created again
   * by what is not later than the epoch (replication.md C1). Idempotent. Whoever calls this knows,
   * from something committed, that the replica is not needed any more.
   */
  CompletableFuture<Void> remove(PartitionId partition, long epoch) {
    if (partition.isMeta()) {
      throw new InvalidRequestException("the meta group stays");
    }
    return births
        .leave(
            partition,
            epoch,
            () -> {
              Replica replica = replicas.remove(partition);
              if (replica != null) {
                replica.ending().leave();
                log.info("partition={} epoch={} leaves this node", partition, epoch);
              }
            })
        .thenRun(() -> log.info("partition={} epoch={} has left this node", partition, epoch));
  }

  private CompletableFuture<Void> transfer(PartitionId partition, NodeId to, Duration timeout) {
    Replica replica = replicas.get(partition);
    if (replica == null) {
      return CompletableFuture.failedFuture(
          new UnavailableException(Reason.NOT_HOSTED, self + " has no replica of " + partition));
    }
    if (to.equals(self)) {
      return replica.leadership().isLeader()
          ? CompletableFuture.completedFuture(null)
          : CompletableFuture.failedFuture(replica.notLeader());
    }
    return replica.handover().to(to, timeout);
  }

  /** What this node hosts and how it does. */
  public NodeStatus status() {
    boolean ready = started && !stopping;
    for (Replica replica : replicas.values()) {
      ready &= replica.isServed();
    }
    List<NodeStatus.Replica> all = new ArrayList<>();
    replicas.values().stream()
        .filter(replica -> replica.member() != null && !replica.ending().isDamaged())
        .map(Replica::status)
        .forEach(all::add);
    host.damaged().keySet().stream().map(Consensus::damaged).forEach(all::add);
    return new NodeStatus(self, ready, all);
  }

  /** The partitions of items that this node leads; sizes are left out. For those who ask often. */
  public List<NodeStatus.Replica> leading() {
    return replicas.values().stream()
        .filter(replica -> replica.member() != null && !replica.ending().isDamaged())
        .map(Replica::position)
        .filter(each -> each.role() == NodeStatus.Role.LEADER && !each.partition().isMeta())
        .toList();
  }

  private static NodeStatus.Replica damaged(PartitionId partition) {
    return new NodeStatus.Replica(partition, 0, NodeStatus.Role.DAMAGED, null, 0, 0, 0, 0, 0, 0);
  }

  /** What the partitions that this node leads are asked. May look at rows: for an executor. */
  public List<NodeReport.PartitionLoad> loads() {
    return replicas.values().stream().flatMap(replica -> replica.load().stream()).toList();
  }

  /** The partitions this node has replicas of, in order. */
  public List<PartitionId> hosted() {
    return List.copyOf(replicas.keySet());
  }

  /** Commands that wait for an entry; 0 when the partition is not hosted. */
  public int queueDepth(PartitionId partition) {
    Replica replica = replicas.get(partition);
    return replica == null ? 0 : replica.queue().depth();
  }

  /** What the replica keeps for transactions; nothing when the partition is not hosted. */
  public TransactionCounts transactionCounts(PartitionId partition) {
    Replica replica = replicas.get(partition);
    return replica == null
        ? TransactionCounts.NONE
        : replica
            .machine()
            .withState(ReplicatedStateMachine::transactionCounts)
            .orElse(TransactionCounts.NONE);
  }

  /** Null when the partition is not hosted. */
  @Nullable ReplicaStateMachine machineOf(PartitionId partition) {
    return births.machineOf(partition);
  }

  /** The peers that this node has a Raft connection to. */
  Set<NodeId> connected() {
    return host.connected();
  }

  /**
   * Hands over what this node leads, stays until the successors serve, then stops. Bounded by the
   * options' hand-over time-out and the time to flush what is applied. Idempotent.
   */
  @Override
  public void close() {
    if (stopping) {
      return;
    }
    if (started) {
      CleanStop.handOver(replicas.values(), options);
    }
    halt();
  }

  /** Stops at once, as a crash would: nothing is handed over. */
  void halt() {
    stopping = true;
    upkeep.stop();
    scrubber.close();
    flusher.shutdown();
    replicas.values().forEach(replica -> replica.ending().stop());
    births.close();
    host.close();
  }
}
