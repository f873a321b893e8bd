package dev.holdfast.node.consensus;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Whether a replica has applied, since it was opened, all that its group had committed when its
 * leader first answered after that: by itself it knows only of what is in its own log.
 */
final class CatchUp {
  /** Asks the leader. */
  interface News {
    /**
     * @param committed is told the index that the leader names; not called when none does in time
     * @return false when nobody was asked: no leader is known, or another question is under way
     */
    boolean ask(long deadlineNanos, LongConsumer committed);
  }

  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** After this long without a leader what a replica has is better than nothing. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long UNKNOWN = Long.MAX_VALUE;

  private final Leadership leadership;
  private final LongSupplier appliedIndex;
  private final News news;
  private final long begunNanos;
  private long askNextNanos;
  private volatile long wanted = UNKNOWN;
  private volatile boolean done;
  private volatile boolean patienceIsOver;

  CatchUp(Leadership leadership, LongSupplier appliedIndex, News news, long nowNanos) {
    this.leadership = leadership;
    this.appliedIndex = appliedIndex;
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
    if (leadership.readyTerm() != 0 || appliedIndex.getAsLong() >= wanted) {
      done = true;
      return;
    }
    patienceIsOver = nowNanos - begunNanos > PATIENCE_NANOS;
    if (wanted == UNKNOWN && nowNanos - askNextNanos >= 0) {
      // What is committed stays so, whoever leads: one answer is enough, however long it takes.
      boolean asked = news.ask(nowNanos + ASK_NANOS, index -> wanted = index);
      askNextNanos = asked ? nowNanos + ASK_AGAIN_NANOS : nowNanos;
    }
  }
}
