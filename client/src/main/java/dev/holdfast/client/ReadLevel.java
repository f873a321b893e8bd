package dev.holdfast.client;

import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.time.Duration;

/**
 * How fresh a read must be, and so what it costs. Writes are always strong.
 *
 * <pre>{@code
 * orders.with(ReadLevel.STRONG).get(Key.of("o-17"));
 * orders.with(ReadLevel.bounded(Duration.ofSeconds(2))).get(Key.of("o-17"));
 * }</pre>
 */
public final class ReadLevel {
  /** Linearizable: sees every write acknowledged before it began. One hop, to the leader. */
  public static final ReadLevel STRONG = new ReadLevel(Level.STRONG, Duration.ZERO);

  /**
   * Linearizable, served by any replica: it asks the leader for an index and waits until it has
   * applied that. Two hops; spreads the load of reading.
   */
  public static final ReadLevel STRONG_FROM_ANY =
      new ReadLevel(Level.STRONG_FROM_ANY, Duration.ZERO);

  /**
   * Read your writes, and never go back in time, within one {@link HoldfastSession}. One hop, to
   * any replica; waits only if that one lags behind the session.
   */
  public static final ReadLevel SESSION = new ReadLevel(Level.SESSION, Duration.ZERO);

  /** What the replica at hand has: some prefix of history. One hop, no waiting; the default. */
  public static final ReadLevel EVENTUAL = new ReadLevel(Level.EVENTUAL, Duration.ZERO);

  private final Level level;
  private final Duration stalenessMax;

  private ReadLevel(Level level, Duration stalenessMax) {
    this.level = level;
    this.stalenessMax = stalenessMax;
  }

  /**
   * By any replica that was confirmed current within this time. One hop; the replica asks the
   * leader when its last confirmation is older.
   */
  public static ReadLevel bounded(Duration stalenessMax) {
    if (stalenessMax.toMillis() < 1) {
      throw new IllegalArgumentException("at least a millisecond; below that read STRONG");
    }
    return new ReadLevel(Level.BOUNDED, stalenessMax);
  }

  Level level() {
    return level;
  }

  Duration stalenessMax() {
    return stalenessMax;
  }

  @Override
  public String toString() {
    return level == Level.BOUNDED ? "BOUNDED(" + stalenessMax + ")" : level.name();
  }
}
