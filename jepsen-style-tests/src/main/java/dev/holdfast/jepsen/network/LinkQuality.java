package dev.holdfast.jepsen.network;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * What a link does, in one direction, to what it carries.
 *
 * @param held nothing arrives while it is; what was sent meanwhile arrives afterwards, in order
 * @param delayMillis by which everything is late
 * @param jitterMillis of which each piece adds some
 * @param lossPercent of the pieces are lost and come late, and all behind them
 */
public record LinkQuality(boolean held, int delayMillis, int jitterMillis, int lossPercent) {
  /** As a network should be. */
  public static final LinkQuality GOOD = new LinkQuality(false, 0, 0, 0);

  /** Nothing arrives. */
  public static final LinkQuality CUT = new LinkQuality(true, 0, 0, 0);

  /** What Linux waits at least before it sends again what was not acknowledged. */
  private static final int RETRANSMISSION_MILLIS = 200;

  private static final int PERCENT = 100;

  public static LinkQuality slow(int delayMillis, int jitterMillis) {
    return new LinkQuality(false, delayMillis, jitterMillis, 0);
  }

  public static LinkQuality lossy(int lossPercent) {
    return new LinkQuality(false, 0, 0, lossPercent);
  }

  /** By how much the next piece is late. */
  long lateNanos(Random random) {
    if (this.equals(GOOD)) {
      return 0;
    }
    long millis = delayMillis;
    millis += jitterMillis == 0 ? 0 : random.nextInt(jitterMillis);
    while (lossPercent > 0 && random.nextInt(PERCENT) < lossPercent) {
      millis += RETRANSMISSION_MILLIS;
    }
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
