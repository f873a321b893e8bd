package dev.holdfast.statemachine.spi;

/**
 * What a partition keeps for transactions, for metrics.
 *
 * @param intents on its items
 * @param openAttempts with intents here, or with keys elsewhere that are not confirmed
 * @param settledAttempts whose end is remembered for a time
 * @param tokens of clients, remembered as long
 */
public record TransactionCounts(
    long intents, long openAttempts, long settledAttempts, long tokens) {
  public static final TransactionCounts NONE = new TransactionCounts(0, 0, 0, 0);
}
