package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.statemachine.spi.ApplyContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One write request and its results, which may arrive with several entries. Thread-safe. */
final class PendingWrite {
  /**
   * All proposals of a write were applied.
   *
   * @param last where the last of them was
   * @param stampMicros of that entry
   * @param submitted before that entry was submitted
   */
  record Outcome(
      List<Result> results, ApplyContext last, long stampMicros, Lease.Moment submitted) {}

  private final List<Proposal> proposals;
  private final long deadlineNanos;
  private final CompletableFuture<Outcome> future = new CompletableFuture<>();
  private final List<Result> results;
  private boolean taken;
  private boolean appended;

  /**
   * @param deadlineNanos on the monotonic clock
   */
  PendingWrite(List<Proposal> proposals, long deadlineNanos) {
    this.proposals = proposals;
    this.deadlineNanos = deadlineNanos;
    this.results = new ArrayList<>(proposals.size());
  }

  List<Proposal> proposals() {
    return proposals;
  }

  CompletableFuture<Outcome> future() {
    return future;
  }

  boolean isPast(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  /** Some of it is in an entry that was submitted: from now on a failure is indeterminate. */
  synchronized void markTaken() {
    taken = true;
  }

  synchronized boolean isTaken() {
    return taken;
  }

  /** Adds the results of a slice, in order; true when none is missing. */
  synchronized boolean add(List<Result> slice) {
    results.addAll(slice);
    return results.size() == proposals.size();
  }

  /** Some of it is in the log: it may be applied, whatever becomes of the rest. */
  synchronized void markAppended() {
    appended = true;
  }

  synchronized boolean mayBeAppended() {
    return appended || !results.isEmpty();
  }

  /** Answers; only when {@link #add} said that nothing is missing. */
  void succeed(ApplyContext last, long stampMicros, Lease.Moment submitted) {
    List<Result> all;
    synchronized (this) {
      all = List.copyOf(results);
    }
    future.complete(new Outcome(all, last, stampMicros, submitted));
  }

  void fail(StoreException failure) {
    future.completeExceptionally(failure);
  }
}
