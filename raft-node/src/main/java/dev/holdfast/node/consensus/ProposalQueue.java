package dev.holdfast.node.consensus;

import dev.holdfast.protocol.codec.CommandCodec;
import dev.holdfast.protocol.codec.PieceCodec;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Group commit of one partition (design section 5): joins waiting commands to entries and keeps at
 * most a few entries in flight. An entry closes when there is room in flight and it is full or
 * nothing else waits, nor is about to come back ({@link Company}).
 *
 * <ul>
 *   <li>Stamps never run backwards: each is the time that the nodes have agreed upon, but at least
 *       the last one issued here and the last one applied.
 *   <li>What fails before Ratis appended it is unavailable; what fails later is indeterminate.
 * </ul>
 *
 * <p>Thread-safe. {@link #drain} runs on whichever thread brings work or frees a slot; a second
 * thread leaves its work to the first.
 */
final class ProposalQueue {
  /** Hands an entry to Raft. */
  @FunctionalInterface
  interface Submitter {
    /** Completes, with null, once the entry was applied here; otherwise fails. Never throws. */
    CompletableFuture<Void> submit(Batch batch);
  }

  /** Whether entries may be submitted now. */
  enum Gate {
    OPEN,
    /** Not now, but soon: keep what waits. */
    HELD,
    /** Not by this replica: fail what waits. */
    CLOSED
  }

  private final ConsensusOptions.Limits limits;
  private final Lease lease;
  private final LongSupplier timeMicros;
  private final LongSupplier stampFloorMicros;
  private final Supplier<Gate> gate;
  private final Supplier<StoreException> notLeader;
  private final Submitter submitter;
  private final LongConsumer drainAfterNanos;
  private final Company company;
  private final AtomicInteger drainRequests = new AtomicInteger();

  private final Deque<PendingWrite> urgent = new ArrayDeque<>();
  private final Deque<PendingWrite> waiting = new ArrayDeque<>();
  private int headTakenCount;
  private int waitingCommands;
  private long waitingBytes;
  private int entriesInFlight;
  private long lastStampMicros;
  private boolean drainScheduled;
  private @Nullable CompletableFuture<Void> idle;

  /**
   * @param timeMicros of stamps
   * @param stampFloorMicros the last one applied
   * @param drainAfterNanos has {@link #drainLater} called after that time
   */
  ProposalQueue(
      ConsensusOptions.Limits limits,
      Lease lease,
      LongSupplier timeMicros,
      LongSupplier stampFloorMicros,
      Supplier<Gate> gate,
      Supplier<StoreException> notLeader,
      Submitter submitter,
      LongConsumer drainAfterNanos) {
    this.limits = limits;
    this.lease = lease;
    this.timeMicros = timeMicros;
    this.stampFloorMicros = stampFloorMicros;
    this.gate = gate;
    this.notLeader = notLeader;
    this.submitter = submitter;
    this.drainAfterNanos = drainAfterNanos;
    this.company = new Company(limits.companyWaitMax().toNanos());
  }

  /** Queues a write; false when the queue is full. Does not submit: see {@link #drain}. */
  synchronized boolean offer(PendingWrite write) {
    long bytes = ProposalSize.estimate(write.proposals());
    if (waitingCommands + write.proposals().size() > limits.queueCommandsMax()
        || waitingBytes + bytes > limits.queueBytesMax()) {
      return false;
    }
    waiting.add(write);
    waitingCommands += write.proposals().size();
    waitingBytes += bytes;
    return true;
  }

  /** Queues a small command of the store's own before everything else, whatever the limits. */
  synchronized void offerUrgent(PendingWrite write) {
    urgent.add(write);
  }

  /** Submits a write in an entry of its own, even while the gate is held (L4). */
  void submitAlone(PendingWrite write) {
    synchronized (this) {
      entriesInFlight++;
    }
    write.markTaken();
    submit(List.of(new Batch.Slice(write, 0, write.proposals().size())));
  }

  /** Commands that wait for an entry. */
  synchronized int depth() {
    return waitingCommands;
  }

  /** Completes when nothing is in flight; meaningful while the gate is not open. */
  synchronized CompletableFuture<Void> idle() {
    if (entriesInFlight == 0) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> present = idle;
    if (present == null) {
      present = new CompletableFuture<>();
      idle = present;
    }
    return present;
  }

  /** Submits what may be submitted. */
  void drain() {
    if (drainRequests.getAndIncrement() != 0) {
      return;
    }
    int served = 1;
    do {
      drainOnce();
      served = drainRequests.addAndGet(-served);
    } while (served != 0);
  }

  private void drainOnce() {
    while (true) {
      if (isEmpty()) {
        return;
      }
      Gate now = gate.get();
      if (now == Gate.CLOSED) {
        failWaiting(notLeader.get());
        return;
      }
      List<Batch.Slice> slices = now == Gate.OPEN ? take() : List.of();
      if (slices.isEmpty()) {
        return;
      }
      submit(slices);
    }
  }

  private synchronized boolean isEmpty() {
    return urgent.isEmpty() && waiting.isEmpty();
  }

  /** The content of the next entry, or nothing when there is no room in flight. */
  private synchronized List<Batch.Slice> take() {
    List<Batch.Slice> slices = new ArrayList<>();
    if (entriesInFlight >= limits.entriesInFlightMax() || isCompanyExpected()) {
      return slices;
    }
    int commandCount = 0;
    while (!urgent.isEmpty()) {
      PendingWrite write = urgent.remove();
      write.markTaken();
      slices.add(new Batch.Slice(write, 0, write.proposals().size()));
      commandCount += write.proposals().size();
    }
    takeWaiting(slices, commandCount);
    if (!slices.isEmpty()) {
      entriesInFlight++;
    }
    return slices;
  }

  private boolean isCompanyExpected() {
    if (!urgent.isEmpty() || entriesInFlight > 0) {
      return false;
    }
    long waitNanos = company.waitNanos(waitingCommands, lease.now().monotonicNanos());
    if (waitNanos > 0 && !drainScheduled) {
      drainScheduled = true;
      drainAfterNanos.accept(waitNanos);
    }
    return waitNanos > 0;
  }

  /** What was asked for by the port given at construction. */
  void drainLater() {
    synchronized (this) {
      drainScheduled = false;
    }
    drain();
  }

  private void takeWaiting(List<Batch.Slice> slices, int urgentCount) {
    int commandCount = urgentCount;
    if (waitingCommands > 0) {
      company.left(waitingCommands);
    }
    long bytes = 0;
    while (!waiting.isEmpty() && commandCount < limits.entryCommandsMax()) {
      PendingWrite head = waiting.element();
      if (head.future().isDone()) {
        removeHead(head);
        continue;
      }
      List<Proposal> proposals = head.proposals();
      int to = headTakenCount;
      while (to < proposals.size() && commandCount < limits.entryCommandsMax()) {
        long size = ProposalSize.estimate(proposals.get(to));
        boolean alone = proposals.get(to).command().isAlone();
        // what is urgent is small; it must not keep what is large waiting for ever
        boolean isFull = bytes > 0 && bytes + size > limits.entryBytesMax();
        if (isFull || (commandCount > 0 && alone)) {
          break;
        }
        bytes += size;
        commandCount = alone ? limits.entryCommandsMax() : commandCount + 1;
        to++;
      }
      if (to == headTakenCount) {
        return;
      }
      head.markTaken();
      slices.add(new Batch.Slice(head, headTakenCount, to));
      headTakenCount = to;
      if (to < proposals.size()) {
        return;
      }
      removeHead(head);
    }
  }

  private void removeHead(PendingWrite head) {
    waiting.remove();
    headTakenCount = 0;
    waitingCommands -= head.proposals().size();
    waitingBytes -= ProposalSize.estimate(head.proposals());
  }

  private void submit(List<Batch.Slice> slices) {
    List<Proposal> proposals = new ArrayList<>();
    for (Batch.Slice slice : slices) {
      proposals.addAll(slice.write().proposals().subList(slice.from(), slice.to()));
    }
    Lease.Moment now = lease.now();
    long stampMicros = nextStamp(timeMicros.getAsLong());
    Bytes bytes = CommandCodec.encode(new LogEntry(stampMicros, proposals));
    if (bytes.size() > limits.entryBytesMax() && isManyOrTooLarge(slices, bytes)) {
      submitInParts(slices);
      return;
    }
    Batch batch = new Batch(slices, stampMicros, inEntries(bytes), now);
    CompletableFuture<Void> unused =
        submitter
            .submit(batch)
            .whenComplete(
                (nothing, failure) -> {
                  if (batch.settle()) {
                    failed(batch, failure);
                  }
                });
  }

  private boolean isManyOrTooLarge(List<Batch.Slice> slices, Bytes entry) {
    return !Batch.halves(slices).isEmpty() || entry.size() > limits.commandBytesMax();
  }

  /** What goes into the log for it: one entry, or pieces of it (decision 0027). */
  private List<ByteString> inEntries(Bytes entry) {
    if (entry.size() <= limits.entryBytesMax()) {
      return List.of(LogBytes.toRatis(entry));
    }
    long whole = ThreadLocalRandom.current().nextLong();
    return PieceCodec.cut(entry, whole, limits.entryBytesMax()).stream()
        .map(LogBytes::toRatis)
        .toList();
  }

  /** The estimate was too low. */
  private void submitInParts(List<Batch.Slice> slices) {
    List<List<Batch.Slice>> halves = Batch.halves(slices);
    if (halves.isEmpty()) {
      slices
          .get(0)
          .write()
          .fail(new InvalidRequestException("the request does not fit into a log entry"));
      release();
      return;
    }
    synchronized (this) {
      entriesInFlight++;
    }
    halves.forEach(this::submit);
  }

  private synchronized long nextStamp(long nowMicros) {
    lastStampMicros = Math.max(Math.max(nowMicros, lastStampMicros), stampFloorMicros.getAsLong());
    return lastStampMicros;
  }

  /** An entry was applied here: there is room for the next. */
  void applied(Batch batch) {
    long now = lease.now().monotonicNanos();
    synchronized (this) {
      company.answered(
          batch.commandCount(), waitingCommands, now - batch.submitted().monotonicNanos(), now);
    }
    release();
  }

  private void release() {
    CompletableFuture<Void> waiter = null;
    synchronized (this) {
      entriesInFlight--;
      if (entriesInFlight == 0) {
        waiter = idle;
        idle = null;
      }
    }
    if (waiter != null) {
      waiter.complete(null);
    }
    drain();
  }

  private void failed(Batch batch, @Nullable Throwable cause) {
    for (Batch.Slice slice : batch.slices()) {
      boolean certainlyNot = !slice.write().mayBeAppended();
      slice
          .write()
          .fail(
              certainlyNot
                  ? RatisFailures.unavailable(cause, notLeader)
                  : new IndeterminateException("the leader changed or stopped", cause));
    }
    release();
  }

  /** Fails everything that is not in an entry yet. */
  void failWaiting(StoreException failure) {
    List<PendingWrite> removed;
    synchronized (this) {
      removed = new ArrayList<>(urgent);
      removed.addAll(waiting);
      urgent.clear();
      waiting.clear();
      headTakenCount = 0;
      waitingCommands = 0;
      waitingBytes = 0;
    }
    removed.forEach(write -> fail(write, failure));
  }

  private static void fail(PendingWrite write, StoreException failure) {
    write.fail(
        write.isTaken()
            ? new IndeterminateException("only a part of the request was submitted", null)
            : failure);
  }

  /** Fails what has waited past its deadline. */
  void expire(long nowNanos) {
    List<PendingWrite> late = new ArrayList<>();
    synchronized (this) {
      urgent.stream().filter(write -> write.isPast(nowNanos)).forEach(late::add);
      urgent.removeAll(late);
      Iterator<PendingWrite> writes = waiting.iterator();
      while (writes.hasNext()) {
        PendingWrite write = writes.next();
        boolean begun = headTakenCount > 0 && write == waiting.element();
        if (write.isPast(nowNanos) && !begun) {
          writes.remove();
          waitingCommands -= write.proposals().size();
          waitingBytes -= ProposalSize.estimate(write.proposals());
          late.add(write);
        }
      }
    }
    for (PendingWrite write : late) {
      fail(write, new UnavailableException(Reason.NOT_READY, "no entry was free in time"));
    }
  }
}
