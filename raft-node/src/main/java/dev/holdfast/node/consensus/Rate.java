package dev.holdfast.node.consensus;

import java.util.concurrent.atomic.LongAdder;

/** Events per second, exponentially averaged over a minute. {@link #tick} is called by a timer. */
final class Rate {
  private static final double WINDOW_SECONDS = 60;

  private final LongAdder count = new LongAdder();
  private long countedAtNanos;
  private boolean started;
  private volatile double perSecond;

  void add(long events) {
    count.add(events);
  }

  double perSecond() {
    return perSecond;
  }

  void tick(long nowNanos) {
    double seconds = (nowNanos - countedAtNanos) / 1e9;
    countedAtNanos = nowNanos;
    long events = count.sumThenReset();
    if (!started) {
      started = true;
      return;
    }
    if (seconds > 0) {
      double weight = 1 - Math.exp(-seconds / WINDOW_SECONDS);
      double before = perSecond; // only the timer writes it
      perSecond = before + weight * (events / seconds - before);
    }
  }
}
