package dev.holdfast.node.rpc;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts the requests of all connections from arrival to answer. Thread-safe. */
final class ServedRequests {
  private int inFlight;
  private boolean stopping;

  /** Whether a request that just arrived is to be served; if so it must be {@link #finished}. */
  synchronized boolean begin() {
    if (stopping) {
      return false;
    }
    inFlight++;
    return true;
  }

  synchronized void finished() {
    inFlight--;
    if (inFlight == 0) {
      notifyAll();
    }
  }

  synchronized int inFlightCount() {
    return inFlight;
  }

  synchronized void stop() {
    stopping = true;
  }

  /** Waits until nothing is in flight; false when time ran out first. */
  synchronized boolean awaitIdle(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (inFlight > 0) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0) {
        return false;
      }
      try {
        wait(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
