package dev.holdfast.partition.observation;

import dev.holdfast.partition.placement.view.Load;
import dev.holdfast.partition.placement.view.LoadHistory;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One partition's load over time, by rates that come about once in a second.
 *
 * <p>The hot window is kept as a few averages, so that one short break ends it and noise does not.
 * Of the cold window the greatest rates are kept, of this one and of the one before: so they cover
 * between one and two windows, and err on the side of not being cold.
 */
final class LoadTrack {
  private static final int SLOT_COUNT = 6;
  private static final double CURRENT_SECONDS = 5;
  private static final double MICROS_PER_SECOND = 1e6;

  private final long slotMicros;
  private final long coldMicros;
  private final long sinceMicros;
  private final Deque<Load> slots = new ArrayDeque<>();
  private Load current = Load.NONE;
  private Load slotSum = Load.NONE;
  private double slotSeconds;
  private long slotBeganMicros;
  private Load peakNow = Load.NONE;
  private Load peakBefore = Load.NONE;
  private long coldBeganMicros;
  private boolean begun;

  LoadTrack(ObserverOptions options, long nowMicros) {
    this.slotMicros = Math.max(1, options.hotWindow().toNanos() / 1000 / SLOT_COUNT);
    this.coldMicros = options.coldWindow().toNanos() / 1000;
    this.sinceMicros = nowMicros;
    this.slotBeganMicros = nowMicros;
    this.coldBeganMicros = nowMicros;
  }

  /**
   * @param load during the last {@code seconds}
   */
  void add(long nowMicros, Load load, double seconds) {
    double weight = begun ? 1 - Math.exp(-seconds / CURRENT_SECONDS) : 1;
    begun = true;
    current = plus(times(current, 1 - weight), times(load, weight));
    slotSum = plus(slotSum, times(load, seconds));
    slotSeconds += seconds;
    if (nowMicros - slotBeganMicros >= slotMicros) {
      Load average = times(slotSum, 1 / slotSeconds);
      slots.addLast(average);
      if (slots.size() > SLOT_COUNT) {
        slots.removeFirst();
      }
      peakNow = greatest(peakNow, average);
      slotSum = Load.NONE;
      slotSeconds = 0;
      slotBeganMicros = nowMicros;
    }
    if (nowMicros - coldBeganMicros >= coldMicros) {
      peakBefore = peakNow;
      peakNow = current;
      coldBeganMicros = nowMicros;
    }
  }

  LoadHistory history() {
    Load least = slots.stream().reduce(LoadTrack::least).orElse(Load.NONE);
    return new LoadHistory(
        current, least, greatest(greatest(peakNow, peakBefore), current), sinceMicros);
  }

  /** The rates between two looks at counters. */
  static Load rate(long reads, long writes, long bytes, long micros) {
    double seconds = micros / MICROS_PER_SECOND;
    return new Load(
        Math.max(0, reads) / seconds, Math.max(0, writes) / seconds, Math.max(0, bytes) / seconds);
  }

  private static Load plus(Load a, Load b) {
    return new Load(
        a.readsPerSecond() + b.readsPerSecond(),
        a.writesPerSecond() + b.writesPerSecond(),
        a.bytesPerSecond() + b.bytesPerSecond());
  }

  private static Load times(Load a, double factor) {
    return new Load(
        a.readsPerSecond() * factor, a.writesPerSecond() * factor, a.bytesPerSecond() * factor);
  }

  private static Load least(Load a, Load b) {
    return new Load(
        Math.min(a.readsPerSecond(), b.readsPerSecond()),
        Math.min(a.writesPerSecond(), b.writesPerSecond()),
        Math.min(a.bytesPerSecond(), b.bytesPerSecond()));
  }

  private static Load greatest(Load a, Load b) {
    return new Load(
        Math.max(a.readsPerSecond(), b.readsPerSecond()),
        Math.max(a.writesPerSecond(), b.writesPerSecond()),
        Math.max(a.bytesPerSecond(), b.bytesPerSecond()));
  }
}
