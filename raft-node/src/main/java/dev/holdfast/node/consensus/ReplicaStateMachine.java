package dev.holdfast.node.consensus;

import dev.holdfast.node.consensus.LiveState.FirstCheckpoint;
import dev.holdfast.protocol.codec.CommandCodec;
import dev.holdfast.protocol.codec.PieceCodec;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.FaultHandler;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one {@link ReplicatedStateMachine} from one Raft log.
 *
 * <ul>
 *   <li>Every replica decodes and applies the bytes in the log; only afterwards does the leader
 *       that submitted the entry find its {@link Batch} beside it.
 *   <li>Entries at or below the state's own applied index are skipped: the log is replayed from the
 *       last checkpoint, the state is often ahead of it.
 *   <li>Anything that goes wrong while applying is a fault (rule H8).
 * </ul>
 */
final class ReplicaStateMachine
    implements StateMachine, StateMachine.EventApi, StateMachine.DataApi {
  private static final Logger log = LoggerFactory.getLogger(ReplicaStateMachine.class);

  /** What the rest of the replica learns from the log. Called by the apply thread, in log order. */
  interface Observer {
    /**
     * @param batch what this node submitted, when it submitted this entry in its present leadership
     */
    void applied(ApplyContext context, LogEntry entry, List<Result> results, @Nullable Batch batch);

    /** An entry of Ratis's own was applied; a leader's first one is of this kind. */
    void ownEntryApplied(long term, long index);

    /** The state was opened, or replaced by an installed snapshot. */
    void opened(ApplyContext applied);

    /** Entries amount to enough bytes for a checkpoint. */
    void snapshotDue();

    /** Ratis has stopped serving this replica, for whatever reason. */
    void stopped();
  }

  private final ClusterMap.Partition partition;
  private final FaultHandler faults;
  private final Observer observer;
  private final CommitNews commitNews;
  private final long snapshotLogBytes;
  private final SoundCheckpoints sound;
  private final SnapshotDirectory snapshots;
  private final LiveState live;
  private final LifeCycle lifeCycle;
  private final ConsensusListener listener;
  private final ConsensusClock clock;
  private final Pieces pieces = new Pieces();
  private final RegularFlush regularFlush;

  private volatile TermIndex lastApplied = TermIndex.INITIAL_VALUE;
  private volatile long stampMicros;
  private long lastAppendedStampMicros;
  private long bytesSinceSnapshot;
  private @Nullable AcknowledgedMark mark;
  private volatile CountDownLatch born = new CountDownLatch(0);
  private volatile boolean isSetAside;

  ReplicaStateMachine(
      ClusterMap.Partition partition,
      Path replicaDirectory,
      ReplicaParts parts,
      FaultHandler faults,
      Observer observer) {
    this.partition = partition;
    this.faults = faults;
    this.observer = observer;
    this.commitNews = new CommitNews(parts.world().executor());
    this.listener = parts.world().listener();
    this.clock = parts.world().clock();
    this.snapshotLogBytes = parts.options().snapshotLogBytes();
    StateMachineFactory factory = parts.factories().of(partition.id());
    this.sound = new SoundCheckpoints(replicaDirectory, this, factory, observer::snapshotDue);
    this.snapshots = sound.directory();
    this.live = new LiveState(partition, factory, new StateDirectory(replicaDirectory), snapshots);
    this.regularFlush = new RegularFlush(parts.flusher(), this::flush);
    this.lifeCycle = new LifeCycle(partition.id());
  }

  /** Where to note what is applied, which is acknowledged in every sense. Call before the start. */
  void keep(AcknowledgedMark kept) {
    mark = kept;
  }

  /** There is no state before {@link #born}. Call before the start. */
  void expectBirth() {
    born = new CountDownLatch(1);
  }

  /**
   * Opens the seed that is there by now. What comes by the log waits for it, nobody for the
   * checkpoint: see {@link #owesCheckpoint}.
   */
  void born() {
    try {
      live.open(FirstCheckpoint.LATER, this::opened);
    } catch (IOException | RuntimeException e) {
      throw faults.fault("partition=" + partition.id() + " cannot open its seed", e);
    } finally {
      born.countDown();
    }
  }

  /** There will be no seed: nothing that came by the log, as of a group of one, waits any more. */
  void expectNoMore() {
    born.countDown();
  }

  private boolean isBorn() {
    return born.getCount() == 0;
  }

  private void awaitBirth() {
    try {
      born.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the state was there", e);
    }
  }

  private void acknowledged(long index) {
    AcknowledgedMark kept = mark;
    if (kept != null) {
      kept.raise(index);
    }
  }

  /**
   * Runs a reader against the state while nobody can close it; empty while there is none, or the
   * reader has found nothing.
   */
  <R> Optional<R> withState(Function<ReplicatedStateMachine, @Nullable R> reader) {
    try {
      return live.read(reader);
    } catch (StorageException e) {
      throw unreadable(e); // without the lock: this may end the replica
    }
  }

  /**
   * Applies nothing any more, and takes no checkpoint: it is damaged, and about to be closed. Until
   * then Ratis's thread goes on as if it did: one that ends by an exception cannot be stopped.
   */
  void setAside() {
    isSetAside = true;
  }

  /**
   * What a reader of the state is told that has found it damaged. Any thread.
   *
   * @return to be thrown
   */
  RuntimeException unreadable(StorageException failure) {
    return failure.isDamage()
        ? faults.fault("partition=" + partition.id() + " cannot read its state", failure)
        : failure;
  }

  /** The checkpoints of this replica, and whether they are sound. */
  SoundCheckpoints checkpoints() {
    return sound;
  }

  /** Whether the partition is this one: range, epoch and members. Any thread. */
  boolean isHolding(ClusterMap.Partition expected) {
    return withState(ReplicatedStateMachine::partition).filter(expected::equals).isPresent();
  }

  /** What this replica tells its followers when it leads. */
  CommitNews commitNews() {
    return commitNews;
  }

  /** The stamp of the last applied entry. Any thread. */
  long stampMicros() {
    return stampMicros;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    lifeCycle.transition(LifeCycle.State.STARTING);
    try {
      snapshots.init(storage);
      if (isBorn()) {
        live.open(FirstCheckpoint.NOW, this::opened);
      } else {
        snapshots.owe(ApplyContext.SEED);
        advance(ApplyContext.SEED.term(), ApplyContext.SEED.index());
      }
    } catch (IOException | RuntimeException e) {
      throw faults.fault("partition=" + partition.id() + " cannot open its state", e);
    }
    lifeCycle.transition(LifeCycle.State.RUNNING);
  }

  /** Ratis asks for this before it cuts off what another leader's entries replace. */
  @Override
  public CompletableFuture<Void> truncate(long firstRemoved) {
    AcknowledgedMark kept = mark;
    if (kept != null) {
      kept.lower(firstRemoved);
    }
    return CompletableFuture.completedFuture(null);
  }

  private void opened(ReplicatedStateMachine state) {
    stampMicros = state.stampMicros();
    ApplyContext applied = state.applied();
    advance(applied.term(), applied.index());
    observer.opened(applied);
  }

  private void advance(long term, long index) {
    if (index > lastApplied.getIndex()) {
      lastApplied = TermIndex.valueOf(term, index);
    }
  }

  @Override
  public LifeCycle.State getLifeCycleState() {
    return lifeCycle.getCurrentState();
  }

  /** The live state lies outside what Ratis is about to replace, so it may stay open. */
  @Override
  public void pause() {
    lifeCycle.transition(LifeCycle.State.PAUSING);
    lifeCycle.transition(LifeCycle.State.PAUSED);
  }

  /** Called by the apply thread once Ratis has put an installed snapshot in place. */
  @Override
  public void reinitialize() throws IOException {
    awaitBirth(); // it was sent a snapshot as soon as it could hear
    pieces.interrupt();
    try {
      live.replace(this::opened);
    } catch (IOException | RuntimeException e) {
      throw faults.fault("partition=" + partition.id() + " cannot adopt a snapshot", e);
    }
    bytesSinceSnapshot = 0;
    acknowledged(lastApplied.getIndex());
    listener.snapshotInstalled(partition.id(), lastApplied.getIndex());
    log.info("partition={} installed a snapshot, applied={}", partition.id(), lastApplied);
    lifeCycle.transition(LifeCycle.State.STARTING);
    lifeCycle.transition(LifeCycle.State.RUNNING);
  }

  @Override
  public long takeSnapshot() throws IOException {
    bytesSinceSnapshot = 0;
    if (isSetAside || live.current() == null) {
      return RaftLog.INVALID_LOG_INDEX;
    }
    long start = clock.monotonicNanos();
    try {
      Optional<ApplyContext> held = live.checkpoint();
      if (held.isEmpty()) {
        return snapshots.newestIndex();
      }
      regularFlush.checkpointed();
      long index = held.get().index();
      listener.snapshotTaken(partition.id(), index, clock.monotonicNanos() - start);
      return index;
    } catch (RuntimeException e) {
      RuntimeException fault =
          faults.fault("partition=" + partition.id() + " cannot take a checkpoint", e);
      if (isSetAside) {
        return RaftLog.INVALID_LOG_INDEX;
      }
      throw fault;
    }
  }

  /** Makes everything applied durable, if there is a state. Any thread. */
  void flush() {
    withState(
        state -> {
          state.flush();
          return true;
        });
  }

  /** Whether a child that was just born has to take its first checkpoint. Any thread. */
  boolean owesCheckpoint() {
    return isBorn() && snapshots.isOwed();
  }

  /** The index of the newest checkpoint; -1 when there is none. Any thread. */
  long checkpointIndex() {
    return snapshots.isOwed() ? RaftLog.INVALID_LOG_INDEX : snapshots.newestIndex();
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return snapshots;
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return snapshots.getLatestSnapshot();
  }

  @Override
  public CompletableFuture<Message> query(Message request) {
    return refuseQuery();
  }

  @Override
  public CompletableFuture<Message> queryStale(Message request, long minIndex) {
    return refuseQuery();
  }

  private static CompletableFuture<Message> refuseQuery() {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("reads do not go through Ratis"));
  }

  @Override
  public TransactionContext startTransaction(RaftClientRequest request) {
    TransactionContext.Builder builder =
        TransactionContext.newBuilder().setStateMachine(this).setClientRequest(request);
    if (request.getMessage() instanceof Batch batch) {
      return builder.setStateMachineContext(batch).setLogData(batch.getContent()).build();
    }
    if (request.getMessage() instanceof Batch.Piece piece) {
      return builder.setLogData(piece.getContent()).build();
    }
    return builder
        .build()
        .setException(new StateMachineException("only this node's own queue may propose"));
  }

  /** Called in log order, just before the append: the last moment to refuse an old stamp. */
  @Override
  public TransactionContext preAppendTransaction(TransactionContext transaction)
      throws StateMachineException {
    if (transaction.getStateMachineContext() instanceof Batch batch) {
      long floor = Math.max(stampMicros, lastAppendedStampMicros);
      if (batch.stampMicros() < floor) {
        // Leadership was lost and won between stamping and now.
        throw new StateMachineException(
            "stamp " + batch.stampMicros() + " is older than " + floor, null, false);
      }
      lastAppendedStampMicros = batch.stampMicros();
      batch.markAppended();
    }
    return transaction;
  }

  @Override
  public TransactionContext cancelTransaction(TransactionContext transaction) {
    return transaction;
  }

  @Override
  public TransactionContext applyTransactionSerial(TransactionContext transaction) {
    return transaction;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    awaitBirth();
    if (isSetAside) {
      return CompletableFuture.completedFuture(Message.EMPTY); // nobody waits for it
    }
    LogEntryProto proto = transaction.getLogEntry();
    try {
      Bytes bytes = LogBytes.of(proto.getStateMachineLogEntry().getLogData());
      ApplyContext context = new ApplyContext(proto.getTerm(), proto.getIndex());
      Bytes whole = whole(bytes);
      Batch own = transaction.getStateMachineContext() instanceof Batch batch ? batch : null;
      if (whole != null) {
        apply(context, whole, own);
      } else {
        notifyTermIndexUpdated(context.term(), context.index()); // the state goes on with the last
        if (own != null) {
          return CompletableFuture.failedFuture(
              new StateMachineException("something came between the pieces of the entry"));
        }
      }
    } catch (RuntimeException e) {
      RuntimeException fault =
          faults.fault(
              "partition=" + partition.id() + " cannot apply index " + proto.getIndex(), e);
      if (!isSetAside) {
        throw fault;
      }
    }
    return CompletableFuture.completedFuture(Message.EMPTY);
  }

  /** The entry that these bytes are, or complete. */
  private @Nullable Bytes whole(Bytes bytes) {
    if (PieceCodec.isPiece(bytes)) {
      return pieces.add(PieceCodec.decode(bytes));
    }
    pieces.interrupt();
    return bytes;
  }

  private void apply(ApplyContext context, Bytes bytes, @Nullable Batch batch) {
    ReplicatedStateMachine current = live.current();
    if (current == null) {
      throw new IllegalStateException("no state to apply to");
    }
    if (context.index() <= current.applied().index()) {
      return;
    }
    long start = clock.monotonicNanos();
    LogEntry entry = CommandCodec.decode(bytes);
    if (batch != null && isSplit(entry)) {
      commitNews.spread(context.index()); // it takes a while: the others begin now, not afterwards
    }
    List<Result> results = current.apply(context, entry);
    listener.applied(partition.id(), results.size(), clock.monotonicNanos() - start);
    acknowledged(context.index());
    stampMicros = current.stampMicros(); // it may have absorbed a partition whose time was later
    advance(context.term(), context.index());
    observer.applied(context, entry, results, batch);
    regularFlush.applied();
    bytesSinceSnapshot += bytes.size();
    if (bytesSinceSnapshot >= snapshotLogBytes) {
      bytesSinceSnapshot = 0;
      observer.snapshotDue();
    }
  }

  private static boolean isSplit(LogEntry entry) {
    return entry.proposals().stream()
        .anyMatch(proposal -> proposal.command() instanceof Command.Split);
  }

  @Override
  public TermIndex getLastAppliedTermIndex() {
    return lastApplied;
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    awaitBirth();
    if (isSetAside) {
      return;
    }
    advance(term, index);
    acknowledged(index);
    observer.ownEntryApplied(term, index);
  }

  @Override
  public void notifyLogFailed(Throwable cause, LogEntryProto failedEntry) {
    throw faults.fault("partition=" + partition.id() + " cannot write its Raft log", cause);
  }

  @Override
  public void notifyServerShutdown(RoleInfoProto roleInfo, boolean allServer) {
    observer.stopped();
  }

  @Override
  public void close() {
    live.close();
    lifeCycle.checkStateAndClose();
  }
}
