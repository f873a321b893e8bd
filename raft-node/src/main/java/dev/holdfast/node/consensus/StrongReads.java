package dev.holdfast.node.consensus;

import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Grants strong reads on the leader: names the (term, index) that a read must see (L1-L3), after
 * the wait of L2 and under the lease, or behind a log entry when the lease is in doubt.
 */
final class StrongReads {
  /** What was granted or why not; called on the asking thread or on the executor. */
  interface Reader {
    /** A state of this term that has applied the index is fresh enough. */
    void granted(long term, long index);

    void refused(StoreException failure);
  }

  private static final long READY_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int RENEW_EARLY_DIVISOR = 4;

  private final Leadership leadership;
  private final Lease lease;
  private final long leaseNanos;
  private final LongSupplier commitIndex;
  private final Renewals renewals;
  private final ConsensusClock clock;
  private final ScheduledExecutorService executor;
  private final Supplier<StoreException> notLeader;

  StrongReads(
      Leadership leadership,
      Lease lease,
      LongSupplier commitIndex,
      Renewals renewals,
      ReplicaParts parts,
      Supplier<StoreException> notLeader) {
    this.leadership = leadership;
    this.lease = lease;
    this.leaseNanos = parts.options().lease().toNanos();
    this.commitIndex = commitIndex;
    this.renewals = renewals;
    this.clock = parts.world().clock();
    this.executor = parts.world().executor();
    this.notLeader = notLeader;
  }

  void grant(long deadlineNanos, Reader reader) {
    step(clock.monotonicNanos(), deadlineNanos, reader);
  }

  private void step(long arrivalNanos, long deadlineNanos, Reader reader) {
    long now = clock.monotonicNanos();
    if (now - deadlineNanos >= 0) {
      reader.refused(new UnavailableException(Reason.NOT_READY, "no lease in time"));
      return;
    }
    long term = leadership.readyTerm();
    if (term == 0 && !leadership.leadsOrPassesOn()) {
      reader.refused(notLeader.get());
      return;
    }
    long waitNanos = term == 0 ? READY_POLL_NANOS : lease.waitNanos(term); // L2
    if (waitNanos > 0) {
      again(Math.min(waitNanos, deadlineNanos - now), arrivalNanos, deadlineNanos, reader);
      return;
    }
    long remaining = lease.remainingNanos(term);
    if (remaining > 0) {
      long index = commitIndex.getAsLong(); // L3
      if (remaining < leaseNanos / RENEW_EARLY_DIVISOR) {
        CompletableFuture<PendingWrite.Outcome> unused =
            renewals.join(); // so that no later read has to wait
      }
      reader.granted(term, index);
      return;
    }
    if (leadership.isPassingOn()) { // a renewal would wait for the end of it, whatever the deadline
      again(READY_POLL_NANOS, arrivalNanos, deadlineNanos, reader);
      return;
    }
    CompletableFuture<PendingWrite.Outcome> unused =
        renewals
            .join()
            .whenCompleteAsync(
                (renewed, failure) ->
                    renewed(renewed, failure, arrivalNanos, deadlineNanos, reader),
                executor); // not on the apply thread
  }

  private void again(long delayNanos, long arrivalNanos, long deadlineNanos, Reader reader) {
    ScheduledFuture<?> unused =
        executor.schedule(
            () -> step(arrivalNanos, deadlineNanos, reader), delayNanos, TimeUnit.NANOSECONDS);
  }

  private void renewed(
      PendingWrite.@Nullable Outcome renewed,
      @Nullable Throwable failure,
      long arrivalNanos,
      long deadlineNanos,
      Reader reader) {
    if (renewed == null) {
      reader.refused(unavailable(failure));
    } else if (renewed.submitted().monotonicNanos() - arrivalNanos >= 0) {
      // Submitted after the read arrived, and applied by the leader of its term with its wait over:
      // the log itself orders the read behind everything acknowledged before it.
      reader.granted(
          renewed.last().term(), Math.max(renewed.last().index(), commitIndex.getAsLong()));
    } else {
      step(arrivalNanos, deadlineNanos, reader);
    }
  }

  /** A read has no effect, so whatever became of the renewal, it may be repeated. */
  private StoreException unavailable(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof UnavailableException known
        ? known
        : leadership.isLeader()
            ? new UnavailableException(Reason.NOT_READY, "the lease could not be renewed")
            : notLeader.get();
  }
}
