package dev.holdfast.node.consensus;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a state durable now and then, between checkpoints: after a kill it is what was flushed
 * last, and the log is applied again from there (decision 0036).
 *
 * <p>Told by the apply thread, which does not wait for it.
 */
final class RegularFlush {
  private static final Logger log = LoggerFactory.getLogger(RegularFlush.class);

  /** A process that has just been started applies some thousands a second. */
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
        log.debug("flushed no more: the node is stopping");
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
    } catch (RuntimeException e) { // a fault has been told by now: see ReplicaFaults
      log.warn("a state was not flushed", e);
    } finally {
      underWay.set(false);
    }
  }
}
