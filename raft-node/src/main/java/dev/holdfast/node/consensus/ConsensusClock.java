package dev.holdfast.node.consensus;

import java.util.concurrent.TimeUnit;

/** The two clocks of a node. */
public interface ConsensusClock {
  /** Monotonic, in nanoseconds from an arbitrary origin; may stand still in a suspended machine. */
  long monotonicNanos();

  /** Microseconds since the epoch; may jump either way. */
  long wallMicros();

  /** The clocks of this machine. */
  static ConsensusClock system() {
    return new ConsensusClock() {
      @Override
      public long monotonicNanos() {
        return System.nanoTime();
      }

      @Override
      public long wallMicros() {
        return TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
      }
    };
  }
}
