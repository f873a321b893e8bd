package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands leadership of one partition to another replica so that the successor need not wait (L4):
 * hold the queue, let what is in flight finish, void the lease, log Relinquish, transfer. If any
 * step fails this replica goes on leading; the next entry proves its lease again.
 */
final class Handover {
  private static final Logger log = LoggerFactory.getLogger(Handover.class);

  /** Relinquish: one follower has it, the other is about to; else all would go to the faster. */
  private static final long ON_THE_WAY_COUNT = 1;

  private final Replica replica;
  private final AtomicBoolean underWay = new AtomicBoolean();

  Handover(Replica replica) {
    this.replica = replica;
  }

  boolean isUnderWay() {
    return underWay.get();
  }

  /** Completes once another replica leads; fails, as unavailable, when it does not in time. */
  CompletableFuture<Void> to(NodeId target, Duration timeout) {
    RaftMember here = replica.member();
    if (here != null && !here.mayLead(target)) {
      return CompletableFuture.failedFuture(
          new UnavailableException(
              Reason.NOT_READY, "the clock of " + target + " is not that of the others"));
    }
    return to((member, term) -> member.transfer(target, timeout), timeout);
  }

  /**
   * Hands over to one of these followers and completes once the successor serves. Until then its
   * partition may need this node: for the majority that commits the first entry of its term.
   *
   * @param followers not empty; the first is taken that holds the log, but for what has just been
   *     sent to it: any other would have to be brought up to date while the partition stands still
   */
  CompletableFuture<Void> completelyToAny(List<NodeId> followers, Duration timeout) {
    long term = replica.leadership().readyTerm();
    CompletableFuture<Void> serves = replica.appliedTerm().after(term);
    return to((member, endedTerm) -> member.transfer(upToDate(member, followers), timeout), timeout)
        .thenCompose(led -> serves)
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Stops leading and has this replica elected anew, which voids what Ratis has begun as a leader
   * and cannot be told to stop. Completes when it leads no more.
   */
  CompletableFuture<Void> anew(Duration timeout) {
    return to((member, term) -> member.stepDown().thenRun(() -> member.standAfter(term)), timeout);
  }

  private NodeId upToDate(RaftMember member, List<NodeId> followers) {
    return upToDate(followers, replica.machine().commitNews()::matchIndex, member.lastIndex());
  }

  static NodeId upToDate(
      List<NodeId> followers, ToLongFunction<NodeId> matchIndex, long lastIndex) {
    return followers.stream()
        .filter(follower -> matchIndex.applyAsLong(follower) >= lastIndex - ON_THE_WAY_COUNT)
        .findFirst()
        .orElse(followers.get(0));
  }

  /** Has Ratis end a term, when all is ready for that. */
  private interface End {
    CompletableFuture<Void> of(RaftMember member, long term);
  }

  private CompletableFuture<Void> to(End end, Duration timeout) {
    RaftMember member = replica.member();
    long term = replica.leadership().readyTerm();
    if (member == null || term == 0) {
      return CompletableFuture.failedFuture(replica.notLeader());
    }
    if (!underWay.compareAndSet(false, true)) {
      return CompletableFuture.failedFuture(
          new UnavailableException(Reason.NOT_READY, "a transfer is under way"));
    }
    return begin(member, term, end, timeout);
  }

  private CompletableFuture<Void> begin(RaftMember member, long term, End end, Duration timeout) {
    replica.hold(true);
    AtomicBoolean ended = new AtomicBoolean(); // what is late then must not begin any more
    return replica
        .queue()
        .idle()
        .thenCompose(idle -> unless(ended, () -> relinquish(term)))
        .exceptionally(Handover::withoutRelinquish)
        .thenCompose(last -> unless(ended, () -> end.of(member, term)))
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (done, failure) -> {
              ended.set(true);
              replica.hold(false);
              underWay.set(false);
              return finished(term, failure);
            });
  }

  private static CompletableFuture<Void> unless(
      AtomicBoolean ended, Supplier<CompletableFuture<Void>> step) {
    return ended.get()
        ? CompletableFuture.failedFuture(new IllegalStateException("the transfer has timed out"))
        : step.get();
  }

  /** Without it the successor waits, no more. */
  private static @Nullable Void withoutRelinquish(Throwable failure) {
    log.debug("transfer without Relinquish: {}", failure.toString());
    return null;
  }

  private CompletableFuture<Void> relinquish(long term) {
    if (!replica.lease().relinquish(term)) {
      return CompletableFuture.completedFuture(null);
    }
    PendingWrite last = replica.own().of(new Command.Relinquish(term));
    replica.queue().submitAlone(last);
    return last.future()
        .<Void>thenApply(outcome -> null)
        .whenComplete(
            (outcome, failure) -> {
              if (failure != null && isCertain(failure)) {
                replica.lease().relinquishAbandoned(term);
              }
            });
  }

  private static boolean isCertain(Throwable failure) {
    return failure instanceof UnavailableException
        || failure.getCause() instanceof UnavailableException;
  }

  private Void finished(long term, @Nullable Throwable failure) {
    if (failure == null || !replica.leadership().leads(term)) {
      log.info(
          "partition={} term={} handed over to {}", replica.partition(), term, replica.leader());
      return done();
    }
    throw new UnavailableException(
        Reason.NOT_READY, replica.partition() + " was not taken over: " + failure);
  }

  @SuppressWarnings("NullAway") // Void has no other value
  private static Void done() {
    return null;
  }
}
