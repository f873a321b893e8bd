package dev.holdfast.partition.reconcile;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * One sweep at a time; a trigger during a sweep causes exactly one more after it, however many
 * there were. Thread-safe.
 */
final class Sweeps {
  private final Supplier<CompletableFuture<Void>> sweep;

  /** Triggers since the running sweep began; 0 when none runs. */
  private final AtomicInteger triggers = new AtomicInteger();

  /**
   * @param sweep completes when it is over; never fails
   */
  Sweeps(Supplier<CompletableFuture<Void>> sweep) {
    this.sweep = sweep;
  }

  /** Sweeps now, or once more after the sweep that is running. */
  void trigger() {
    if (triggers.getAndIncrement() == 0) {
      sweepUntilQuiet(1);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a sweep reports its failures itself
  private void sweepUntilQuiet(int seen) {
    sweep
        .get()
        .whenComplete(
            (done, failure) -> {
              if (!triggers.compareAndSet(seen, 0)) {
                sweepUntilQuiet(triggers.get());
              }
            });
  }
}
