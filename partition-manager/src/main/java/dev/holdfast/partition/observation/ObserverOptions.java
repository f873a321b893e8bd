package dev.holdfast.partition.observation;

import java.time.Duration;

/**
 * How long things must last to count.
 *
 * @param hotWindow of {@code LoadHistory.sustained}; default 30 s
 * @param coldWindow of {@code LoadHistory.peak}; default 10 minutes
 * @param silence a node that has not answered for longer is taken for dead; default 3 s
 * @param stallMin a node whose timers and flushes are late by less is never slow; default 100 ms
 */
public record ObserverOptions(
    Duration hotWindow, Duration coldWindow, Duration silence, Duration stallMin) {
  public static final ObserverOptions DEFAULT =
      new ObserverOptions(
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          Duration.ofSeconds(3),
          Duration.ofMillis(100));

  public ObserverOptions {
    if (hotWindow.isNegative() || coldWindow.compareTo(hotWindow) < 0 || silence.isZero()) {
      throw new IllegalArgumentException(
          "windows " + hotWindow + ", " + coldWindow + ", silence " + silence);
    }
  }
}
