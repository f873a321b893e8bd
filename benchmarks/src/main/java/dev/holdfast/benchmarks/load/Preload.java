package dev.holdfast.benchmarks.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Writes each item once, so that every get finds one. */
public final class Preload {
  private static final int ATTEMPT_COUNT_MAX = 20;

  private Preload() {}

  /**
   * Blocks until items 0 to {@code itemCount - 1} are there; {@code laneCount} puts at a time.
   *
   * @param placeCount beyond 1: items are also in the places where they are read with their group,
   *     and the last group is whole
   */
  public static void run(Target target, int placeCount, long itemCount, int laneCount) {
    CompletableFuture<?>[] lanes = new CompletableFuture<?>[laneCount];
    for (int lane = 0; lane < laneCount; lane++) {
      lanes[lane] = CompletableFuture.completedFuture(null);
    }
    long groupCount = (itemCount + PlacedItem.GROUP_SIZE - 1) / PlacedItem.GROUP_SIZE;
    long end = placeCount > 1 ? groupCount * PlacedItem.GROUP_SIZE : itemCount;
    for (long item = 0; item < end; item++) {
      int lane = (int) (item % laneCount);
      lanes[lane].join();
      CompletableFuture<Boolean> loaded =
          put(target, lane, PlacedItem.of(0, item), ATTEMPT_COUNT_MAX);
      PlacedItem inGroup = PlacedItem.inGroup(item);
      if (placeCount > inGroup.place() && inGroup.place() > 0) {
        loaded = loaded.thenCompose(done -> put(target, lane, inGroup, ATTEMPT_COUNT_MAX));
      }
      lanes[lane] = loaded;
    }
    CompletableFuture.allOf(lanes).join();
  }

  private static CompletableFuture<Boolean> put(
      Target target, int lane, PlacedItem item, int attemptsLeft) {
    return target
        .put(lane, item)
        .thenApply(done -> true)
        .exceptionallyCompose(
            error ->
                attemptsLeft > 1
                    ? put(target, lane, item, attemptsLeft - 1)
                    : CompletableFuture.failedFuture(
                        new CompletionException("cannot load item " + item, error)));
  }
}
