package dev.holdfast.node.cli.demo;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Asks for the same thing over and over, one at a time, and remembers the longest time without a
 * good answer. Its state belongs to the chain of its own calls; others read it after {@link #stop}.
 */
final class Probe {
  private final String name;
  private final Supplier<CompletableFuture<?>> call;
  private final LongSupplier nanoClock;
  private final Executor pause;
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private volatile boolean stopping;
  private long goodCount;
  private long failedCount;
  private long lastGoodNanos;
  private long longestGapNanos;

  /**
   * @param pauseMillis between an answer and the next call
   */
  Probe(
      String name,
      Duration pauseMillis,
      LongSupplier nanoClock,
      Supplier<CompletableFuture<?>> call) {
    this.name = name;
    this.call = call;
    this.nanoClock = nanoClock;
    this.pause = CompletableFuture.delayedExecutor(pauseMillis.toMillis(), TimeUnit.MILLISECONDS);
    this.lastGoodNanos = nanoClock.getAsLong();
  }

  Probe begin() {
    step();
    return this;
  }

  /** Blocks until the call in flight has ended. */
  void stop() {
    stopping = true;
    ended.join();
  }

  long goodCount() {
    return goodCount;
  }

  long failedCount() {
    return failedCount;
  }

  Duration longestGap() {
    return Duration.ofNanos(longestGapNanos);
  }

  String summary() {
    return String.format(
        Locale.ROOT,
        "  %-26s %,7d answered, %d failed, longest pause %,5d ms",
        name,
        goodCount,
        failedCount,
        longestGap().toMillis());
  }

  private void step() {
    if (stopping) {
      ended.complete(true);
      return;
    }
    CompletableFuture<?> unused =
        call.get()
            .whenComplete(
                (answer, failure) -> {
                  note(failure == null);
                  pause.execute(this::step);
                });
  }

  private void note(boolean good) {
    long now = nanoClock.getAsLong();
    if (!good) {
      failedCount++;
      return;
    }
    goodCount++;
    longestGapNanos = Math.max(longestGapNanos, now - lastGoodNanos);
    lastGoodNanos = now;
  }
}
