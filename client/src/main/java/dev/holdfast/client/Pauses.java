package dev.holdfast.client;

import dev.holdfast.client.routing.RouterWorld;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Pauses between attempts that were in the way of others. */
final class Pauses {
  private static final long FIRST_NANOS = 5_000_000;
  private static final int DOUBLINGS_MAX = 6; // to 320 ms

  private Pauses() {}

  /**
   * Between half of a pause and the whole of it, so that those who met do not meet again; the pause
   * doubles with each attempt.
   *
   * @param failedCount attempts that have failed, at least 1
   */
  static Duration jittered(RouterWorld world, int failedCount) {
    long pause = FIRST_NANOS << Math.min(failedCount - 1, DOUBLINGS_MAX);
    return Duration.ofNanos(pause / 2 + Long.remainderUnsigned(world.random(), pause / 2 + 1));
  }

  static CompletableFuture<Boolean> pause(RouterWorld world, Duration duration) {
    CompletableFuture<Boolean> paused = new CompletableFuture<>();
    world.after(duration, () -> paused.complete(true));
    return paused;
  }
}
