package dev.holdfast.client;

import dev.holdfast.client.routing.RouterWorld;
import java.time.Duration;

/** Pauses that double from one to the next, up to a longest one. */
record Doubling(Duration first, Duration longest) {
  private static final int DOUBLINGS_MAX = 20;

  /**
   * Between half of the pause and the whole of it, so that many do not wake up together.
   *
   * @param earlierCount pauses that there were before
   */
  Duration pause(int earlierCount, RouterWorld world) {
    long doubled = first.toNanos() << Math.min(earlierCount, DOUBLINGS_MAX);
    long pause = Math.min(doubled, longest.toNanos());
    return Duration.ofNanos(pause / 2 + Long.remainderUnsigned(world.random(), pause / 2 + 1));
  }
}
