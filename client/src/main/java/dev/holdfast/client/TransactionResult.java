package dev.holdfast.client;

/**
 * What a transaction that took effect tells.
 *
 * <pre>{@code
 * TransactionResult result = transfer.token("payment-7").commit().join();
 * if (result.effect() == TransactionResult.Effect.EARLIER) {
 *   // an earlier attempt, perhaps of another process, had succeeded
 * }
 * }</pre>
 *
 * @param writeUnits what it cost in write capacity units of DynamoDB: two for each KB of each item;
 *     0 when it took effect earlier
 */
public record TransactionResult(Effect effect, int writeUnits) {
  /** When it took effect. */
  public enum Effect {
    /** By this call. */
    NOW,
    /** By an earlier call with the same token. */
    EARLIER
  }
}
