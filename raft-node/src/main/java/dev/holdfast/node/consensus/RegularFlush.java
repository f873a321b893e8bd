package dev.holdfast.node.consensus;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes a state durable now and then, between checkpoints: after a kill it is what was flushed
 * last, and the log is applied again from there (decision 0036).
 *
 * <p>Told by the apply thread, which does not wait for it.
 */
final class RegularFlush {
  /** A cold process applies some thousands a second. */
  static final int ENTRY_COUNT = 10_000;

  private final Executor executor;
  private final Runnable flush;
  private final AtomicBoolean underWay = new AtomicBoolean();
  private int unflushedCount;

  RegularFlush(Executor executor, Runnable flush) {
    this.executor = executor;
    this.flush = flush;
  }

  /** An entry was applied. */
  void applied() {
    unflushedCount++;
    if (unflushedCount >= ENTRY_COUNT && underWay.compareAndSet(false, true)) {
      unflushedCount = 0;
      try {
        executor.execute(this::run);
      } catch (RejectedExecutionException e) {
        underWay.set(true); // the node is stopping, and flushes as it closes
      }
    }
  }

  /** A checkpoint was taken, which is durable. */
  void checkpointed() {
    unflushedCount = 0;
  }

  private void run() {
    try {
      flush.run();
    } finally {
      underWay.set(false);
    }
  }
}
