package dev.holdfast.jepsen.store;

import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Why a transaction was cancelled, as the AWS SDK says it. */
final class Cancellation {
  private Cancellation() {}

  /** False when certainly nothing has changed because a condition did not hold. */
  static boolean allowed(Runnable transaction) {
    try {
      transaction.run();
      return true;
    } catch (NoEffectException e) {
      if (e.getCause() instanceof TransactionCanceledException cancelled
          && cancelled.cancellationReasons().stream().anyMatch(Cancellation::isCondition)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isCondition(CancellationReason reason) {
    return "ConditionalCheckFailed".equals(reason.code());
  }
}
