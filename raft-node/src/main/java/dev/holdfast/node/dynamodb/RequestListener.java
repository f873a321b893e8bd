package dev.holdfast.node.dynamodb;

/** Hears of every request answered; implemented by telemetry. Called on event loops: be brief. */
@FunctionalInterface
public interface RequestListener {
  /** What became of a request. */
  enum Outcome {
    OK,
    /** The condition did not hold. */
    REJECTED,
    INVALID,
    THROTTLED,
    UNAVAILABLE,
    /** A 500: a fault of ours, or an indeterminate write. */
    FAILED
  }

  /**
   * @param operation as DynamoDB names it, or {@code Unknown}
   */
  void requestFinished(String operation, Outcome outcome, long nanos);
}
