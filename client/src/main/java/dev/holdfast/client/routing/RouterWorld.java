package dev.holdfast.client.routing;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** What a router needs of the world: time, timers and randomness. Thread-safe. */
public interface RouterWorld {
  /** Monotonic nanoseconds with an arbitrary origin. */
  long nanoTime();

  /** Sixty-four random bits. */
  long random();

  /** Runs a short task once, after the delay, on a thread of the world. */
  void after(Duration delay, Runnable task);

  /** The world as it is; timers run on the given executor, which the caller closes. */
  static RouterWorld real(ScheduledExecutorService timers) {
    return new RouterWorld() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public long random() {
        return ThreadLocalRandom.current().nextLong();
      }

      @Override
      @SuppressWarnings("FutureReturnValueIgnored") // tasks handle their own failures
      public void after(Duration delay, Runnable task) {
        timers.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      }
    };
  }
}
