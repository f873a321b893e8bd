package dev.holdfast.node.consensus;

import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.statemachine.spi.ApplyContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Holds back what a new leader may not tell yet (L2), and sees to it that every write is answered
 * by its deadline. Thread-safe.
 */
final class PendingAnswers {
  /** The writes that an applied entry of this leader completed. */
  record Answer(
      ApplyContext context, long stampMicros, Lease.Moment submitted, List<PendingWrite> writes) {}

  private final Leadership leadership;
  private final Lease lease;
  private final int heldCountMax;
  private final ConsensusWorld world;
  private final Queue<Answer> heldBack = new ArrayDeque<>();
  private int heldCount;
  private final Set<PendingWrite> open = new LinkedHashSet<>();

  PendingAnswers(
      Leadership leadership, Lease lease, ConsensusOptions.Limits limits, ConsensusWorld world) {
    this.leadership = leadership;
    this.lease = lease;
    this.heldCountMax = limits.queueCommandsMax();
    this.world = world;
  }

  /** Remembers a write until it is answered. */
  void watch(PendingWrite write) {
    synchronized (open) {
      open.add(write);
    }
    CompletableFuture<PendingWrite.Outcome> unused =
        write
            .future()
            .whenComplete(
                (outcome, failure) -> {
                  synchronized (open) {
                    open.remove(write);
                  }
                });
  }

  /** Whether nobody waits for an answer. */
  boolean isEmpty() {
    synchronized (open) {
      return open.isEmpty();
    }
  }

  /** Whether so many answers are held back that no more should be produced. */
  synchronized boolean full() {
    return heldCount >= heldCountMax;
  }

  /** Tells the results, now or when the wait is over. Called by the apply thread. */
  void answer(Answer answer) {
    long term = answer.context().term();
    if (!leadership.leads(term)) {
      lost(answer);
    } else if (lease.mayAnswer(term)) {
      tell(answer);
    } else {
      boolean first;
      synchronized (this) {
        first = heldBack.isEmpty();
        heldBack.add(answer);
        heldCount += answer.writes().size();
      }
      if (first) {
        releaseAfter(lease.waitNanos(term), term);
      }
    }
  }

  /** Looks again at what is held back of a term. */
  void releaseAfter(long waitNanos, long term) {
    ScheduledFuture<?> unused =
        world.executor().schedule(() -> release(term), waitNanos, TimeUnit.NANOSECONDS);
  }

  private void release(long term) {
    if (leadership.leads(term) && !lease.mayAnswer(term)) {
      releaseAfter(lease.waitNanos(term), term);
      return;
    }
    List<Answer> due = new ArrayList<>();
    synchronized (this) {
      Iterator<Answer> answers = heldBack.iterator();
      while (answers.hasNext()) {
        Answer answer = answers.next();
        if (answer.context().term() <= term) {
          answers.remove();
          heldCount -= answer.writes().size();
          due.add(answer);
        }
      }
    }
    for (Answer answer : due) {
      if (leadership.leads(answer.context().term())) {
        tell(answer);
      } else {
        lost(answer);
      }
    }
  }

  private static void tell(Answer answer) {
    for (PendingWrite write : answer.writes()) {
      write.succeed(answer.context(), answer.stampMicros(), answer.submitted());
    }
  }

  private static void lost(Answer answer) {
    for (PendingWrite write : answer.writes()) {
      write.fail(new IndeterminateException("leadership was lost before the answer", null));
    }
  }

  /** Fails writes past their deadline that are in an entry already; the queue fails the others. */
  void expire(long nowNanos) {
    List<PendingWrite> late = new ArrayList<>();
    synchronized (open) {
      for (PendingWrite write : open) {
        if (write.isPast(nowNanos) && write.isTaken()) {
          late.add(write);
        }
      }
    }
    for (PendingWrite write : late) {
      write.fail(new IndeterminateException("not committed in time", null));
    }
  }

  /** Fails all that is not answered; the queue has failed what is in no entry. */
  void failAll() {
    List<PendingWrite> unanswered;
    synchronized (open) {
      unanswered = List.copyOf(open);
    }
    for (PendingWrite write : unanswered) {
      write.fail(new IndeterminateException("the replica has left this node", null));
    }
  }
}
