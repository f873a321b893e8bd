package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.RouterWorld;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Simulated time: what is to happen, in order, and chance. Deterministic for a seed. */
public final class SimulatedWorld {
  private record Event(long nanos, long number, Runnable action) {}

  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::number));
  private long nowNanos = 1_000_000_000;
  private long eventCount;

  public SimulatedWorld(long seed) {
    this.random = new Random(seed);
  }

  public long nowNanos() {
    return nowNanos;
  }

  public long nowMicros() {
    return nowNanos / 1000;
  }

  public Random random() {
    return random;
  }

  public boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  public void afterMicros(long micros, Runnable action) {
    events.add(new Event(nowNanos + micros * 1000, eventCount++, action));
  }

  /** Mostly a millisecond or two, sometimes as long as it takes to be too late. */
  public long delayMicros() {
    return chance(0.1) ? random.nextInt(3_000_000) : 300 + random.nextInt(2_000);
  }

  public void runUntilMicros(long micros) {
    while (!events.isEmpty() && events.element().nanos() <= micros * 1000) {
      Event next = events.remove();
      nowNanos = next.nanos();
      next.action().run();
    }
    nowNanos = micros * 1000;
  }

  /** As a process sees it: nothing happens to it any more once it is dead. */
  public RouterWorld of(BooleanSupplier alive) {
    return new RouterWorld() {
      @Override
      public long nanoTime() {
        return nowNanos;
      }

      @Override
      public long random() {
        return random.nextLong();
      }

      @Override
      public void after(Duration delay, Runnable task) {
        events.add(
            new Event(
                nowNanos + delay.toNanos(),
                eventCount++,
                () -> {
                  if (alive.getAsBoolean()) {
                    task.run();
                  }
                }));
      }
    };
  }
}
