package dev.holdfast.jepsen.network;

import java.util.Random;

/** One direction between two nodes, for all their connections. Thread-safe. */
final class Link {
  private final Random random;
  private LinkQuality quality = LinkQuality.GOOD; // guarded by this, as all below
  private long affectedCount;

  Link(long seed) {
    this.random = new Random(seed);
  }

  /** From now on; counts anew what it affects. */
  synchronized void set(LinkQuality next) {
    quality = next;
    affectedCount = 0;
    notifyAll();
  }

  /** Pieces that were held, delayed or lost since the quality was set. */
  synchronized long affectedCount() {
    return affectedCount;
  }

  /** By how much a piece that arrives here now is late. */
  synchronized long lateNanos() {
    long late = quality.lateNanos(random);
    if (late > 0) {
      affectedCount++;
    }
    return late;
  }

  /** Returns when the link is not held; a piece that has to wait is affected. */
  synchronized void pass() throws InterruptedException {
    if (quality.held()) {
      affectedCount++;
    }
    awaitOpen();
  }

  /** Returns when the link is not held. */
  synchronized void awaitOpen() throws InterruptedException {
    while (quality.held()) {
      wait();
    }
  }
}
