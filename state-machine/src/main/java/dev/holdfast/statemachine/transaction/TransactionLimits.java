package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.TransactionRequest;
import java.util.concurrent.TimeUnit;

/**
 * How long a partition remembers transactions, and how many (R3, R10, invariant 11). The same on
 * all replicas, for ever: what is decided depends on it.
 *
 * @param windowMicros how long a token works once, and a record is kept after its deadline, at
 *     least; default 10 minutes. Source: AWS API reference, TransactWriteItems, ClientRequestToken
 * @param openAttemptCountMax attempts with intents here, or with keys elsewhere that are not
 *     confirmed; default 100,000
 * @param settledAttemptCountMax the others, which go with time; default 5,000,000, which is 4,000 a
 *     second
 * @param tokenCountMax default 5,000,000
 */
public record TransactionLimits(
    long windowMicros, long openAttemptCountMax, long settledAttemptCountMax, long tokenCountMax) {
  public static final TransactionLimits DEFAULT =
      new TransactionLimits(TimeUnit.MINUTES.toMicros(10), 100_000, 5_000_000, 5_000_000);

  /** Actions of one command, and keys of one. */
  static final int KEY_COUNT_MAX = TransactionRequest.ACTION_COUNT_MAX;

  /** Attempts that may check one item at a time. */
  static final int HOLDER_COUNT_MAX = 64;

  /** Of the items, together, that say which conditions did not hold. */
  static final int CANCELLED_ITEM_BYTES_MAX = 1 << 20;

  public TransactionLimits {
    if (windowMicros < 1
        || openAttemptCountMax < 1
        || settledAttemptCountMax < 1
        || tokenCountMax < 1) {
      throw new IllegalArgumentException("a limit of transactions is below 1");
    }
  }
}
