package dev.holdfast.node.consensus;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Whether a replica has applied, since it was opened, all that its group had committed at some
 * moment after that: by itself it knows only of what is in its own log.
 */
final class CatchUp {
  /** Asks the leader, if one is known. */
  interface News {
    /**
     * @param committed is told the index that the leader names; not called when none does in time
     */
    void ask(long deadlineNanos, LongConsumer committed);
  }

  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** After this long without a leader what a replica has is better than nothing. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Leadership leadership;
  private final AppliedWaiters waiters;
  private final News news;
  private final long begunNanos;
  private long askNextNanos;
  private volatile boolean done;
  private volatile boolean patienceIsOver;

  CatchUp(Leadership leadership, AppliedWaiters waiters, News news, long nowNanos) {
    this.leadership = leadership;
    this.waiters = waiters;
    this.news = news;
    this.begunNanos = nowNanos;
    this.askNextNanos = nowNanos;
  }

  /** Any thread. */
  boolean isDone() {
    return done;
  }

  /** Whether what it has may be read as it is, by those who do not ask how old it is. */
  boolean isRecentEnough() {
    return done || patienceIsOver;
  }

  /** Told now and then, by one thread. */
  void goOn(long nowNanos) {
    if (done) {
      return;
    }
    if (leadership.readyTerm() != 0) {
      done = true;
      return;
    }
    patienceIsOver = nowNanos - begunNanos > PATIENCE_NANOS;
    if (nowNanos - askNextNanos >= 0) {
      askNextNanos = nowNanos + ASK_AGAIN_NANOS;
      long deadlineNanos = nowNanos + ASK_NANOS;
      news.ask(deadlineNanos, index -> waiters.await(index, deadlineNanos, new Missed()));
    }
  }

  private final class Missed implements AppliedWaiters.Waiter {
    @Override
    public void applied() {
      done = true;
    }

    @Override
    public void tooLate() {} // asked again
  }
}
