package dev.holdfast.client.routing;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Wakes reads that have waited for a while, so that they may ask another replica too. One timer
 * serves all of them. Thread-safe.
 *
 * <p>Only about every tenth read may ask twice, and {@value #SPARE_MAX} at a stretch (invariant
 * 11): when everybody is slow because there is too much to do, asking twice makes it worse.
 */
final class Hedges {
  static final int SPARE_MAX = 1000;
  private static final int READS_PER_HEDGE = 10;

  /** A read that waits; once it has ended nothing of it is held on to. */
  static final class Waiting {
    private final long dueNanos;
    private volatile @Nullable Runnable wake;

    private Waiting(long dueNanos, Runnable wake) {
      this.dueNanos = dueNanos;
      this.wake = wake;
    }

    /** The read has ended: its answer may be large and must not stay until it would be late. */
    void cancel() {
      wake = null;
    }
  }

  private final RouterWorld world;
  private final Duration sweepInterval;
  private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private final AtomicInteger earned = new AtomicInteger(SPARE_MAX * READS_PER_HEDGE);

  /**
   * @param delay about how long reads wait
   */
  Hedges(RouterWorld world, Duration delay) {
    this.world = world;
    this.sweepInterval = delay.dividedBy(2);
  }

  /** Counts a read, which earns a share of a second question. */
  void earn() {
    if (earned.get() < SPARE_MAX * READS_PER_HEDGE) {
      earned.incrementAndGet();
    }
  }

  /** Takes the right to ask a second replica, if there is one to be had. */
  boolean spend() {
    if (earned.addAndGet(-READS_PER_HEDGE) >= 0) {
      return true;
    }
    earned.addAndGet(READS_PER_HEDGE);
    return false;
  }

  /** Calls the action once, after the delay; it must be short and must not throw. */
  Waiting later(Runnable wake) {
    Waiting waiting = new Waiting(world.nanoTime() + 2 * sweepInterval.toNanos(), wake);
    queue.add(waiting);
    startSweep();
    return waiting;
  }

  private void startSweep() {
    if (!sweeping.get() && sweeping.compareAndSet(false, true)) {
      world.after(sweepInterval, this::sweep);
    }
  }

  private void sweep() {
    long now = world.nanoTime();
    for (Waiting head = queue.peek();
        head != null && head.dueNanos - now <= 0;
        head = queue.peek()) {
      queue.remove(); // the head: only one sweep runs at a time
      Runnable wake = head.wake;
      if (wake != null) {
        wake.run();
      }
    }
    sweeping.set(false);
    if (!queue.isEmpty()) {
      startSweep();
    }
  }
}
