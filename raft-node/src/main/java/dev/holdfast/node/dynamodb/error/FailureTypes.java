package dev.holdfast.node.dynamodb.error;

import dev.holdfast.protocol.parser.InvalidExpressionException;
import dev.holdfast.protocol.rpc.StoreException;
import org.jspecify.annotations.Nullable;

/** Which of DynamoDB's errors a failure is (design section 12). */
public final class FailureTypes {
  private FailureTypes() {}

  /**
   * @return null when it is a failure that nobody expected
   */
  public static @Nullable ApiException asError(Throwable failure) {
    if (failure instanceof ApiException known) {
      return known;
    }
    if (failure instanceof InvalidExpressionException invalid) {
      return ApiException.validation(String.valueOf(invalid.getMessage()));
    }
    return failure instanceof StoreException store ? ofStore(store) : null;
  }

  private static ApiException ofStore(StoreException failure) {
    String text = String.valueOf(failure.getMessage());
    if (failure instanceof StoreException.InvalidRequestException) {
      return ApiException.validation(text);
    }
    if (failure instanceof StoreException.ThrottledException) {
      return new ApiException(
          ErrorType.THROUGHPUT_EXCEEDED, "A limit was reached and nothing happened: " + text);
    }
    if (failure instanceof StoreException.UnavailableException) {
      return new ApiException(ErrorType.UNAVAILABLE, "Nothing happened; try again: " + text);
    }
    return new ApiException(ErrorType.INTERNAL, "The outcome is unknown: " + text);
  }
}
