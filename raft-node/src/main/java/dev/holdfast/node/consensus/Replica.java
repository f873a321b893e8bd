package dev.holdfast.node.consensus;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.FaultHandler;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition's replica on this node: wires its queue, lease, reads and state to its Raft log.
 */
final class Replica implements ReplicaStateMachine.Observer {
  private static final Logger log = LoggerFactory.getLogger(Replica.class);

  private final PartitionId partition;
  private final List<NodeId> membersAtFirst;
  private final ReplicaParts parts;
  private final Ending ending;
  private final FaultHandler faults;
  private final Parenthood parenthood;
  private final Shape shape;
  private final Absorption absorption;
  private final Children children;
  private final ReplicaStateMachine machine;
  private final Lease lease;
  private final Leadership leadership;
  private final ProposalQueue queue;
  private final AppliedWaiters waiters;
  private final AppliedTerm appliedTerm = new AppliedTerm();
  private final PendingAnswers answers;
  private final OwnWrites own;
  private final ReplicaWrites writes;
  private final ReplicaReads reads;
  private final Workload workload;
  private final Digests digests;
  private final DigestCheck digestCheck;
  private final Handover handover;
  private final OwedCheckpoint owedCheckpoint;
  private final Rate writeRate = new Rate();
  private final Pace pace = new Pace();
  private final AtomicLong writesInEntries = new AtomicLong();
  private volatile @Nullable RaftMember member;
  private volatile boolean relinquished;
  private volatile boolean wasHere;
  private volatile Births.@Nullable Origin origin;

  Replica(
      ClusterMap.Partition partition,
      Path directory,
      ReplicaParts parts,
      Function<NodeId, NodeLink> links,
      Supplier<RequestId> ownIds,
      Children children) {
    this.partition = partition.id();
    this.membersAtFirst = partition.replicas();
    this.parts = parts;
    this.children = children;
    this.ending = new Ending(this.partition, new Callers());
    this.faults = new ReplicaFaults(this::setAside, parts.world().faults());
    ConsensusWorld world = parts.world();
    ConsensusOptions options = parts.options();
    machine = new ReplicaStateMachine(partition, directory, parts, faults, this);
    lease = new Lease(options.lease(), options.clockDriftMax(), world.clock());
    leadership = new Leadership(lease, this::mayAnswerAtOnce, this::ledSince);
    queue =
        new ProposalQueue(
            options.limits(),
            lease,
            world.time()::stampMicros,
            machine::stampMicros,
            this::gate,
            this::notLeader,
            this::submit,
            this::drainAfter);
    waiters = new AppliedWaiters(world.executor());
    answers = new PendingAnswers(leadership, lease, options.limits(), world);
    own = new OwnWrites(ownIds, world.clock(), answers, queue);
    parenthood = new Parenthood(this.partition, machine, leadership, lease, children, own::propose);
    shape = new Shape(this.partition, machine, parenthood);
    absorption =
        new Absorption(
            this.partition, machine, leadership, children, own::propose, world.executor());
    Renewals renewals = new Renewals(!options.lease().isZero(), own::of, this::proposeRenewal);
    StrongReads strong =
        new StrongReads(leadership, lease, this::commitIndex, renewals, parts, this::notLeader);
    workload = new Workload(partition.id(), machine, leadership, world.clock());
    reads =
        new ReplicaReads(
            partition.id(),
            machine,
            leadership,
            strong,
            waiters,
            this::leader,
            links,
            world,
            workload.meter());
    writes =
        new ReplicaWrites(
            this.partition, parts, shape, queue, answers, workload, this::refusalOfWrites);
    digests = new Digests(machine, leadership, own);
    digestCheck = new DigestCheck(partition.id(), world, faults, links, digests::at);
    handover = new Handover(this);
    owedCheckpoint = new OwedCheckpoint(machine, leadership);
  }

  PartitionId partition() {
    return partition;
  }

  ReplicaStateMachine machine() {
    return machine;
  }

  Lease lease() {
    return lease;
  }

  Leadership leadership() {
    return leadership;
  }

  ProposalQueue queue() {
    return queue;
  }

  ReplicaReads reads() {
    return reads;
  }

  ReplicaWrites writes() {
    return writes;
  }

  OwnWrites own() {
    return own;
  }

  Digests digests() {
    return digests;
  }

  Handover handover() {
    return handover;
  }

  long appliedIndex() {
    return waiters.appliedIndex();
  }

  AppliedTerm appliedTerm() {
    return appliedTerm;
  }

  @Nullable RaftMember member() {
    return member;
  }

  /** It came of a split in the life of this process (S4: in memory only). Call before the start. */
  void born(Births.Origin from) {
    origin = from;
  }

  /** Whether it came of a split of what this node led, in the life of this process. */
  boolean isBornHere() {
    return origin == Births.Origin.LED_HERE;
  }

  /** L4, S4: whether nobody else can have answered since the term began. */
  private boolean mayAnswerAtOnce() {
    RaftMember present = member;
    return relinquished || (isBornHere() && present != null && present.isFirstLed());
  }

  /** As of the last applied entry; 0 for the meta group. */
  long epoch() {
    return shape.epoch();
  }

  Shape shape() {
    return shape;
  }

  Ending ending() {
    return ending;
  }

  /** What happens when it cannot go on. */
  FaultHandler faults() {
    return faults;
  }

  /** Once; what has left this node already is not set aside, as another may have its place. */
  private boolean setAside(String reason) {
    RaftMember present = member;
    if (ending.isLeaving()) {
      return true;
    }
    if (!children.setAside(this, present == null ? membersAtFirst : present.members(), reason)) {
      return false;
    }
    ending.setAside();
    machine.setAside();
    ending.leave();
    return true;
  }

  /**
   * The node had it when it started, and is not ready before it has caught up. Call before that.
   */
  void wasHere() {
    wasHere = true;
  }

  /** Called once Ratis runs the group. */
  void attach(RaftMember joined) {
    member = joined;
    leadership.attach(joined.info());
  }

  @Nullable NodeId leader() {
    RaftMember present = member;
    return present == null ? null : present.leader();
  }

  private long commitIndex() {
    RaftMember present = member;
    return present == null ? 0 : present.commitIndex();
  }

  private CompletableFuture<Void> submit(Batch batch) {
    RaftMember present = member;
    if (present == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not started"));
    }
    parts.world().listener().submitted(partition, batch.commandCount(), batch.getContent().size());
    return present.submit(batch);
  }

  private void drainAfter(long nanos) {
    ScheduledFuture<?> unused =
        parts.world().executor().schedule(queue::drainLater, nanos, TimeUnit.NANOSECONDS);
  }

  private ProposalQueue.Gate gate() {
    if (!mayQueueWrites()) {
      return ProposalQueue.Gate.CLOSED;
    }
    return leadership.isPassingOn() || leadership.readyTerm() == 0 || answers.full()
        ? ProposalQueue.Gate.HELD
        : ProposalQueue.Gate.OPEN;
  }

  private boolean mayQueueWrites() {
    return !ending.hasBegun() && leadership.leadsOrPassesOn();
  }

  private @Nullable StoreException refusalOfWrites() {
    return mayQueueWrites() ? null : notLeader();
  }

  StoreException notLeader() {
    return ending.refusal(leader());
  }

  private void proposeRenewal(PendingWrite renewal) {
    parts.world().listener().leaseRenewed(partition);
    own.propose(renewal);
  }

  /** Lets nothing new into the log, or lets it in again. */
  void hold(boolean hold) {
    leadership.passOn(hold);
    if (!hold) {
      queue.drain();
    }
  }

  /** Gives up on what waits past its deadline, and takes up what waits for a new leader. */
  void tick(long nowNanos) {
    if (ending.isOver() || !pace.isDue(appliedIndex(), isWaitedFor())) {
      return;
    }
    leadership.readyTerm();
    parenthood.trimIfDue();
    absorption.goOnIfDue();
    tellFollowers();
    reads.catchUp().goOn(nowNanos);
    queue.expire(nowNanos);
    answers.expire(nowNanos);
    waiters.expire(nowNanos);
    queue.drain();
  }

  private boolean isWaitedFor() {
    return waiters.isWaitedFor() || !reads.catchUp().isDone() || !answers.isEmpty();
  }

  /** So that reads of any replica are at most about a tick old on an idle partition too. */
  private void tellFollowers() {
    if (leadership.isLeader()) {
      machine.commitNews().wakeAppenders();
      machine.commitNews().spread(commitIndex());
    }
  }

  /** What it is asked; empty unless it leads. May look at rows. */
  Optional<NodeReport.PartitionLoad> load() {
    return workload.report(epoch());
  }

  /** The first one after the birth of a child. */
  void takeOwedCheckpoint(long nowNanos) {
    RaftMember present = member;
    if (present != null) {
      owedCheckpoint.takeIfDue(present, nowNanos);
    }
  }

  void tickLoad(long nowNanos) {
    workload.meter().tick(nowNanos);
  }

  void tickRates(long nowNanos) {
    writeRate.add(writesInEntries.getAndSet(0));
    writeRate.tick(nowNanos);
    reads.rate().tick(nowNanos);
  }

  private void ledSince(long term) {
    log.info(
        "partition={} term={} leads, answers in {} ms",
        partition,
        term,
        TimeUnit.NANOSECONDS.toMillis(lease.waitNanos(term)));
    answers.releaseAfter(lease.waitNanos(term), term);
    parts.world().executor().execute(queue::drain);
  }

  @Override
  public void applied(
      ApplyContext context, LogEntry entry, List<Result> results, @Nullable Batch batch) {
    relinquished = isRelinquish(entry, context.term());
    if (relinquished) {
      lease.relinquished(context.term(), context.index());
    }
    writesInEntries.addAndGet(results.size());
    if (batch != null && batch.settle()) {
      appliedHere(context, entry, results, batch);
    }
    waiters.applied(context.index());
    digests.applied(context);
    for (Proposal proposal : entry.proposals()) {
      if (proposal.command() instanceof Command.VerifyDigest verify) {
        compareDigests(context, verify);
      } else {
        shape.applied(context, proposal.command());
      }
    }
  }

  private void compareDigests(ApplyContext context, Command.VerifyDigest verify) {
    RaftMember present = member;
    if (present != null) { // while a log is replayed at the start there is nothing to compare with
      digestCheck.verified(verify, leadership.leads(context.term()), present.others());
    }
  }

  /** Where to split it in the middle; null when there is no such place. May look at many rows. */
  @Nullable Bytes middleKey() {
    return machine.withState(ReplicatedStateMachine::middleKey).orElse(null);
  }

  private static boolean isRelinquish(LogEntry entry, long term) {
    return entry.proposals().size() == 1
        && entry.proposals().get(0).command() instanceof Command.Relinquish last
        && last.term() == term;
  }

  /** The order matters: first the proof, then the next entry into flight, then the answers. */
  private void appliedHere(
      ApplyContext context, LogEntry entry, List<Result> results, Batch batch) {
    if (leadership.leads(context.term()) && leadership.readyTerm() == context.term()) {
      lease.prove(context.term(), context.index(), batch.submitted()); // L1
    }
    List<PendingWrite> complete = batch.answered(results);
    queue.applied(batch);
    parts
        .world()
        .listener()
        .committed(
            partition, parts.world().clock().monotonicNanos() - batch.submitted().monotonicNanos());
    answers.answer(
        new PendingAnswers.Answer(context, entry.stampMicros(), batch.submitted(), complete));
  }

  @Override
  public void ownEntryApplied(long term, long index) {
    waiters.applied(index);
    appliedTerm.applied(term);
    leadership.readyTerm();
  }

  @Override
  public void opened(ApplyContext applied) {
    relinquished = false;
    shape.opened(applied);
    waiters.applied(applied.index());
    appliedTerm.applied(applied.term());
  }

  @Override
  public void snapshotDue() {
    RaftMember present = member;
    if (present != null) {
      present.requestSnapshot();
    }
  }

  @Override
  public void stopped() {
    RaftMember present = member;
    if (ending.hasBegun()) {
      return;
    }
    if (present != null && present.isExpelled()) {
      log.info("partition={} this node is no member any more: its replica has stopped", partition);
      ending.expel();
    } else if (present != null && present.isLeaving()) {
      log.info("partition={} was stopped while it leaves, but may be needed yet", partition);
      children.reopen(partition);
    } else {
      throw parts
          .world()
          .faults()
          .fault(
              "partition=" + partition + " was stopped by Ratis",
              new IndeterminateException("see the log above", null));
    }
  }

  NodeStatus.Replica status() {
    return status(machine.withState(state -> state.approximateBytes()).orElse(0L));
  }

  /** Without the size of its data, which takes longer than all else. */
  NodeStatus.Replica position() {
    return status(0);
  }

  private NodeStatus.Replica status(long bytes) {
    RaftMember present = member;
    if (ending.isExpelled()) { // Ratis answers no more
      return new NodeStatus.Replica(
          partition, epoch(), NodeStatus.Role.FOLLOWER, null, 0, 0, appliedIndex(), 0, 0, 0);
    }
    return new NodeStatus.Replica(
        partition,
        epoch(),
        present == null ? NodeStatus.Role.FOLLOWER : present.role(),
        leader(),
        leadership.currentTerm(),
        commitIndex(),
        waiters.appliedIndex(),
        bytes,
        reads.rate().perSecond(),
        writeRate.perSecond());
  }

  /** A split takes a moment, in which the node is as ready as it was before. */
  private boolean isBeingBorn() {
    return origin != null && appliedIndex() <= ApplyContext.SEED.index();
  }

  /** What the replica knows of the latest merge; empty when it knows of none. */
  Optional<MergeProgress> merge() {
    return machine.withState(ReplicatedStateMachine::merge);
  }

  /** One that is new in its group is nobody's hope yet. */
  private boolean isCatchingUp() {
    RaftMember present = member;
    return wasHere
        && !reads.catchUp().isDone()
        && present != null
        && present.members().contains(present.self());
  }

  /**
   * Whether strong requests for this partition would find a leader that answers, also if the
   * present one is lost.
   */
  boolean isServed() {
    if (ending.isOver()) {
      return true; // elsewhere
    }
    long term = leadership.readyTerm();
    if (leadership.isLeader()) {
      return term != 0 && lease.mayAnswer(term);
    }
    return isBeingBorn()
        || shape.isFrozen() // others may have left it
        || (leader() != null && !isCatchingUp());
  }

  private final class Callers implements Ending.Callers {
    @Override
    public void refuseQueued() {
      queue.failWaiting(notLeader());
    }

    @Override
    public void failAll() {
      answers.failAll();
      waiters.failAll();
    }
  }
}
