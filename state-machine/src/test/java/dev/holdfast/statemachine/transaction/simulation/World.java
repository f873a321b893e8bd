package dev.holdfast.statemachine.transaction.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Simulated time: what is to happen, in order, and chance. Deterministic for a seed. */
final class World {
  static final int DELAY_MICROS_MAX = 3_000_000;

  private record Event(long micros, long number, Runnable action) {}

  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::micros).thenComparingLong(Event::number));
  private long nowMicros = 1_000_000;
  private long numbers;

  World(long seed) {
    this.random = new Random(seed);
  }

  long nowMicros() {
    return nowMicros;
  }

  Random random() {
    return random;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  void after(long micros, Runnable action) {
    events.add(new Event(nowMicros + micros, numbers++, action));
  }

  /** Mostly a millisecond or two, sometimes as long as it takes to be too late. */
  long delayMicros() {
    return chance(0.15) ? random.nextInt(DELAY_MICROS_MAX) : 500 + random.nextInt(3_000);
  }

  /** Runs what is to happen until then, or until there is a reason to stop. */
  void runUntil(long micros, BooleanSupplier stop) {
    while (!events.isEmpty() && events.element().micros() <= micros) {
      Event next = events.remove();
      nowMicros = next.micros();
      next.action().run();
      if (stop.getAsBoolean()) {
        return;
      }
    }
    nowMicros = micros;
  }
}
