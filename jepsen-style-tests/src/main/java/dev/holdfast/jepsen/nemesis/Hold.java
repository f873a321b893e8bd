package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** How long faults last: long enough for clients to meet them. */
final class Hold {
  static final Duration EFFECT_WITHIN = Duration.ofSeconds(30);
  private static final long MILLIS_MIN = 300;
  private static final long MILLIS_MAX = 1800;

  private final Random random;

  Hold(Random random) {
    this.random = random;
  }

  /** Returns after a while. */
  void on() {
    millis(MILLIS_MIN + random.nextLong(MILLIS_MAX - MILLIS_MIN));
  }

  void millis(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    Await.until("the fault lasts", EFFECT_WITHIN, () -> System.nanoTime() - end > 0);
  }
}
