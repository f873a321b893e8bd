package dev.holdfast.benchmarks.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Writes each item once, so that every get finds one. */
public final class Preload {
  private static final int ATTEMPT_COUNT_MAX = 20;

  private Preload() {}

  /** Blocks until items 0 to {@code itemCount - 1} are there; {@code laneCount} puts at a time. */
  public static void run(Target target, long itemCount, int laneCount) {
    CompletableFuture<?>[] lanes = new CompletableFuture<?>[laneCount];
    for (int lane = 0; lane < laneCount; lane++) {
      lanes[lane] = CompletableFuture.completedFuture(null);
    }
    for (long item = 0; item < itemCount; item++) {
      int lane = (int) (item % laneCount);
      lanes[lane].join();
      lanes[lane] = put(target, lane, item, ATTEMPT_COUNT_MAX);
    }
    CompletableFuture.allOf(lanes).join();
  }

  private static CompletableFuture<Boolean> put(
      Target target, int lane, long item, int attemptsLeft) {
    return target
        .start(Operation.PUT, lane, item)
        .thenApply(done -> true)
        .exceptionallyCompose(
            error ->
                attemptsLeft > 1
                    ? put(target, lane, item, attemptsLeft - 1)
                    : CompletableFuture.failedFuture(
                        new CompletionException("cannot load item " + item, error)));
  }
}
