package dev.holdfast.node.consensus;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.node.load.LoadMeter;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.Frames;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves the five read levels of design section 6 from one replica. */
final class ReplicaReads {
  private static final long ANY_TERM = 0;
  private static final int CONFIRM_EARLY_DIVISOR = 4;

  /** A leader that is silent for longer may have a successor by now: better ask again. */
  private static final long ASK_MILLIS_MAX = 250;

  /** How long an eventual read waits for what it would like to see. */
  private static final long WISH_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);

  /** What one request may read: several full pages, and always less than a frame. */
  private static final long ANSWER_BYTES_MAX = Frames.FRAME_BYTES_MAX / 2;

  private final PartitionId partition;
  private final ReplicaStateMachine machine;
  private final Leadership leadership;
  private final StrongReads strong;
  private final AppliedWaiters waiters;
  private final Supplier<@Nullable NodeId> leader;
  private final Function<NodeId, NodeLink> links;
  private final ConsensusWorld world;
  private final LoadMeter meter;
  private final Rate rate = new Rate();

  /** State was current at some moment after {@code sentNanos}, once this index is applied. */
  private record Confirmation(long sentNanos, long index) {}

  private volatile @Nullable Confirmation confirmed;
  private final CatchUp catchUp;
  private final AtomicBoolean askingForNews = new AtomicBoolean();

  ReplicaReads(
      PartitionId partition,
      ReplicaStateMachine machine,
      Leadership leadership,
      StrongReads strong,
      AppliedWaiters waiters,
      Supplier<@Nullable NodeId> leader,
      Function<NodeId, NodeLink> links,
      ConsensusWorld world,
      LoadMeter meter) {
    this.partition = partition;
    this.machine = machine;
    this.leadership = leadership;
    this.strong = strong;
    this.waiters = waiters;
    this.leader = leader;
    this.links = links;
    this.world = world;
    this.meter = meter;
    this.catchUp =
        new CatchUp(
            leadership, waiters::appliedIndex, this::askForNews, world.clock().monotonicNanos());
  }

  Rate rate() {
    return rate;
  }

  CompletableFuture<NodeReply> read(NodeRequest.ReadFrom request, long deadlineNanos) {
    Pending pending = new Pending(request, deadlineNanos);
    ReadMode mode = request.mode();
    boolean stateless = waiters.appliedIndex() < ApplyContext.SEED.index();
    if (stateless && (mode.level() == Level.SESSION || mode.level() == Level.EVENTUAL)) {
      pending.refused( // it has joined the group, and is to be filled by the leader
          new UnavailableException(Reason.NOT_READY, partition + " has no state here yet"));
      return pending.future;
    }
    switch (mode.level()) {
      case STRONG -> strong.grant(deadlineNanos, pending);
      case STRONG_FROM_ANY -> strongFromAny(pending);
      case SESSION -> session(pending);
      case BOUNDED -> bounded(pending);
      case EVENTUAL -> eventual(pending);
    }
    return pending.future;
  }

  /**
   * A replica that was away for an hour has a state of an hour ago; before it has caught up the
   * others answer better.
   */
  private void eventual(Pending pending) {
    if (!catchUp.isRecentEnough()) {
      pending.refused(
          new UnavailableException(Reason.NOT_READY, partition + " is catching up here"));
    } else if (waiters.appliedIndex() >= pending.request.mode().appliedIndexMin()) {
      pending.serve(ANY_TERM);
    } else {
      soon(pending);
    }
  }

  /** Serves when what was wished for is applied, or after a moment without it. */
  private void soon(Pending pending) {
    long patience = world.clock().monotonicNanos() + WISH_NANOS_MAX;
    long deadlineNanos = patience - pending.deadlineNanos < 0 ? patience : pending.deadlineNanos;
    askForNews(deadlineNanos, committed -> {});
    waiters.await(
        pending.request.mode().appliedIndexMin(),
        deadlineNanos,
        new AppliedWaiters.Waiter() {
          @Override
          public void applied() {
            pending.serve(ANY_TERM);
          }

          @Override
          public void tooLate() {
            pending.serve(ANY_TERM);
          }
        });
  }

  CatchUp catchUp() {
    return catchUp;
  }

  /** L5: only a leader whose wait is over and whose lease is in force answers. */
  CompletableFuture<NodeReply> readIndex(long deadlineNanos) {
    CompletableFuture<NodeReply> future = new CompletableFuture<>();
    strong.grant(
        deadlineNanos,
        new StrongReads.Reader() {
          @Override
          public void granted(long term, long index) {
            machine.commitNews().spread(index); // the replica that asks waits for it
            future.complete(new NodeReply.ReadIndex(term, index));
          }

          @Override
          public void refused(StoreException failure) {
            future.completeExceptionally(failure);
          }
        });
    return future;
  }

  private void strongFromAny(Pending pending) {
    if (leadership.leadsOrPassesOn()) {
      strong.grant(pending.deadlineNanos, pending);
      return;
    }
    askLeader(pending, answer -> pending.granted(answer.term(), answer.index()));
  }

  /** Waits for what the session has seen; a follower asks the leader, who then tells it. */
  private void session(Pending pending) {
    long index = pending.request.mode().appliedIndexMin();
    if (waiters.appliedIndex() < index && !leadership.isLeader()) {
      askForNews(pending.deadlineNanos, committed -> {});
    }
    pending.granted(ANY_TERM, index);
  }

  /**
   * One question at a time is enough: the leader tells its followers all that is committed.
   *
   * @return whether this one is asked
   */
  private boolean askForNews(long deadlineNanos, LongConsumer committed) {
    NodeId known = leader.get();
    if (known == null || !askingForNews.compareAndSet(false, true)) {
      return false;
    }
    CompletableFuture<NodeReply> unused =
        links
            .apply(known)
            .ask(askReadIndex(deadlineNanos))
            .whenComplete(
                (answer, failure) -> {
                  askingForNews.set(false);
                  if (answer instanceof NodeReply.ReadIndex news) {
                    committed.accept(news.index());
                  }
                });
    return true;
  }

  private NodeRequest askReadIndex(long deadlineNanos) {
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - world.clock().monotonicNanos());
    long timeoutMillis = Math.min(Math.max(1, leftMillis), ASK_MILLIS_MAX);
    return new NodeRequest.AskReadIndex(partition, timeoutMillis);
  }

  /** L6: counted from when the read index request was sent, or the read served by the leader. */
  private void bounded(Pending pending) {
    long boundNanos = TimeUnit.MILLISECONDS.toNanos(pending.request.mode().stalenessMillisMax());
    long now = world.clock().monotonicNanos();
    Confirmation known = confirmed;
    if (known != null
        && now - known.sentNanos() <= boundNanos
        && waiters.appliedIndex() >= known.index()) {
      if (now - known.sentNanos() > boundNanos / CONFIRM_EARLY_DIVISOR) {
        // so that no later read has to wait, nor stand still while there is no leader
        askForNews(pending.deadlineNanos, index -> confirmed = new Confirmation(now, index));
      }
      pending.serve(ANY_TERM);
      return;
    }
    if (leadership.leadsOrPassesOn()) {
      strong.grant(pending.deadlineNanos, pending);
      return;
    }
    askLeader(
        pending,
        answer -> {
          confirmed = new Confirmation(now, answer.index());
          // Asked after the read arrived, so within any bound however long the answer took.
          pending.granted(ANY_TERM, answer.index());
        });
  }

  private interface Answered {
    void answered(NodeReply.ReadIndex answer);
  }

  private void askLeader(Pending pending, Answered next) {
    NodeId known = leader.get();
    if (known == null) {
      pending.refused(new UnavailableException(Reason.NOT_READY, partition + " has no leader"));
      return;
    }
    CompletableFuture<NodeReply> unused =
        links
            .apply(known)
            .ask(askReadIndex(pending.deadlineNanos))
            .whenComplete(
                (reply, failure) -> {
                  if (reply instanceof NodeReply.ReadIndex answer) {
                    next.answered(answer);
                  } else {
                    pending.refused(noReadIndex(failure));
                  }
                });
  }

  private static StoreException noReadIndex(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return new UnavailableException(Reason.NOT_READY, "no read index from the leader: " + cause);
  }

  private static long bytesOf(List<ReadResult> results) {
    long bytes = 0;
    for (ReadResult result : results) {
      bytes += bytesOf(result);
    }
    return bytes;
  }

  private static long bytesOf(@Nullable ReadResult result) {
    if (result instanceof ReadResult.Page page) {
      return page.items().stream().mapToLong(item -> item.bytes().size()).sum();
    }
    if (result instanceof ReadResult.Changes changes) {
      return changes.records().stream().mapToLong(ReplicaReads::bytesOf).sum();
    }
    if (result instanceof ReadResult.Observed observed) {
      return bytesOf(observed.now()) + bytesOf(observed.afterwards());
    }
    return result instanceof ReadResult.Found found && found.item() != null
        ? found.item().bytes().size()
        : 0;
  }

  private static long bytesOf(ChangeRecord record) {
    Item before = record.before();
    Item after = record.after();
    return (long) record.key().bytes().size()
        + (before == null ? 0 : before.bytes().size())
        + (after == null ? 0 : after.bytes().size());
  }

  /** One read on its way to a fresh enough state. */
  private final class Pending implements StrongReads.Reader {
    private final NodeRequest.ReadFrom request;
    private final long deadlineNanos;
    private final CompletableFuture<NodeReply> future = new CompletableFuture<>();

    Pending(NodeRequest.ReadFrom request, long deadlineNanos) {
      this.request = request;
      this.deadlineNanos = deadlineNanos;
    }

    @Override
    public void granted(long term, long index) {
      waiters.await(
          Math.max(index, request.mode().appliedIndexMin()), // L6: sessions bind every level
          deadlineNanos,
          new AppliedWaiters.Waiter() {
            @Override
            public void applied() {
              serve(term);
            }

            @Override
            public void tooLate() {
              refused(new UnavailableException(Reason.NOT_READY, "not caught up in time"));
            }
          });
    }

    @Override
    public void refused(StoreException failure) {
      future.completeExceptionally(failure);
    }

    /** L7: everything from one snapshot. */
    void serve(long term) {
      try {
        if (request.mode().level() == Level.EVENTUAL) { // any prefix of history will do
          answer(snapshot(term), KnownOutcomes.NONE_CARED_FOR, term);
          return;
        }
        long leftNanos = deadlineNanos - world.clock().monotonicNanos();
        CompletableFuture<PastIntents.Look> look =
            new PastIntents(
                    () -> snapshot(term),
                    request.reads(),
                    world.transactions(),
                    Duration.ofNanos(Math.max(0, leftNanos)))
                .look();
        Futures.whenEnded(
            look,
            (found, failure) -> {
              if (found == null) {
                failed(Objects.requireNonNull(failure));
              } else {
                answer(found.snapshot(), found.outcomes(), term);
              }
            });
      } catch (RuntimeException e) {
        failed(e);
      }
    }

    private void failed(Throwable failure) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (cause instanceof InvalidRequestException || cause instanceof UnavailableException) {
        refused((StoreException) cause);
      } else if (cause instanceof StorageException storage && storage.isDamage()) {
        RuntimeException damaged = machine.unreadable(storage);
        refused(new UnavailableException(Reason.NOT_HOSTED, String.valueOf(damaged.getMessage())));
      } else if (cause instanceof IllegalArgumentException) {
        refused(new InvalidRequestException(String.valueOf(cause.getMessage())));
      } else { // whatever it was, a read may be repeated
        refused(new UnavailableException(Reason.NOT_READY, "the read failed: " + cause));
      }
    }

    private StateSnapshot snapshot(long term) {
      StateSnapshot snapshot =
          machine
              .withState(ReplicatedStateMachine::snapshot)
              .orElseThrow(
                  () -> new UnavailableException(Reason.NOT_READY, partition + " is not open"));
      // L5: of a newer term this snapshot might hold what its leader still holds back.
      if (term != ANY_TERM && leadership.currentTerm() != term) {
        snapshot.close();
        throw new UnavailableException(Reason.NOT_LEADER, "the term has changed", leader.get());
      }
      if (snapshot.epoch() != request.epoch() || snapshot.epoch() == StateSnapshot.NO_EPOCH) {
        long epoch = snapshot.epoch();
        snapshot.close();
        throw new UnavailableException(Reason.STALE_EPOCH, partition + " is at epoch " + epoch);
      }
      return snapshot;
    }

    /** Reads, closes the snapshot and answers. */
    private void answer(StateSnapshot snapshot, KnownOutcomes outcomes, long term) {
      NodeReply reply;
      try (snapshot) {
        List<ReadResult> results = results(snapshot, outcomes);
        rate.add(results.size());
        meter.read(snapshot, request.reads(), bytesOf(results));
        world.listener().readServed(partition, results.size());
        reply =
            new NodeReply.ReadDone(
                results,
                new Position(
                    term == ANY_TERM ? leadership.currentTerm() : term,
                    snapshot.applied().index(),
                    snapshot.stampMicros()));
      } catch (RuntimeException e) {
        failed(e);
        return;
      }
      future.complete(reply);
    }

    private List<ReadResult> results(StateSnapshot snapshot, KnownOutcomes outcomes) {
      List<ReadResult> results = new ArrayList<>(request.reads().size());
      long bytes = 0;
      for (Read read : request.reads()) {
        ReadResult result = snapshot.read(read, outcomes);
        bytes += bytesOf(result);
        if (bytes > ANSWER_BYTES_MAX) {
          throw new InvalidRequestException(
              "the reads of one request take more than " + ANSWER_BYTES_MAX + " bytes");
        }
        results.add(result);
      }
      return results;
    }
  }
}
