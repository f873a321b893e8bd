package dev.holdfast.node.rpc;

import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counts the requests of all connections from arrival to answer. Thread-safe. */
final class ServedRequests {
  private final long bytesMax;
  private int inFlight;
  private long inFlightBytes;
  private boolean stopping;

  /**
   * @param bytesMax what the requests of all connections may hold; one alone is always let in
   */
  ServedRequests(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * Why a request that just arrived is not to be served; null when it is, and then it must be
   * {@link #finished}.
   */
  synchronized @Nullable StoreException begin(int bytes) {
    if (stopping) {
      return new UnavailableException(Reason.STOPPING, "the node is stopping");
    }
    if (inFlight > 0 && inFlightBytes + bytes > bytesMax) {
      return new ThrottledException("the requests of all clients hold too much memory");
    }
    inFlight++;
    inFlightBytes += bytes;
    return null;
  }

  synchronized void finished(int bytes) {
    inFlight--;
    inFlightBytes -= bytes;
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
