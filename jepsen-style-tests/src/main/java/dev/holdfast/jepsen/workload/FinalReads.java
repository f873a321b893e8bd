package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Reads at the end of a run, when nothing is broken any more. One may meet what an operation of
 * unknown outcome has left behind, which is gone some seconds later (invariant 6); one that goes on
 * failing is a finding by itself.
 */
final class FinalReads {
  private static final int TRIES_MAX = 40;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private FinalReads() {}

  /** Tries for some twenty seconds. */
  static void mustSucceed(String what, Supplier<Outcome> read) {
    for (int i = 1; read.get() != Outcome.OK; i++) {
      if (i == TRIES_MAX) {
        throw new AssertionError(what + " cannot be read at the end");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
