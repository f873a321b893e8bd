package dev.holdfast.node.transaction;

import java.time.Duration;

/**
 * How transactions are taken through their steps.
 *
 * @param attemptTimeout how long one attempt may take until it can no longer commit: as long as the
 *     items of a coordinator that died stay locked; half of what partitions accept (R12); default 5
 *     s
 * @param conflictWait how long a transaction whose items are locked is attempted again; default 1 s
 * @param conflictDelayMin the first pause before that, doubled each time, with jitter; default 2 ms
 * @param conflictDelayMax the longest pause; default 50 ms
 * @param abortWait how long a cancellation waits for its intents to be gone; default 1 s
 * @param inFlightMax transactions at a time, beyond which callers are throttled; default 4096
 */
public record TransactionOptions(
    Duration attemptTimeout,
    Duration conflictWait,
    Duration conflictDelayMin,
    Duration conflictDelayMax,
    Duration abortWait,
    int inFlightMax) {
  public static final TransactionOptions DEFAULT =
      new TransactionOptions(
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofMillis(2),
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          4096);

  public TransactionOptions {
    if (conflictDelayMin.isZero() || conflictDelayMin.compareTo(conflictDelayMax) > 0) {
      throw new IllegalArgumentException("conflictDelayMin " + conflictDelayMin);
    }
    if (inFlightMax < 1) {
      throw new IllegalArgumentException("inFlightMax " + inFlightMax);
    }
  }
}
