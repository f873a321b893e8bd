package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.protocol.command.Rejection;

/** What DynamoDB calls the store's rejections (design section 12). */
final class Rejections {
  private Rejections() {}

  static ApiException asError(Rejection rejection) {
    if (rejection instanceof Rejection.ConditionFailed failed) {
      return new ApiException(
          ErrorType.CONDITION_FAILED, "The conditional request failed", failed.item());
    }
    if (rejection instanceof Rejection.InvalidUpdate invalid) {
      return ApiException.validation(invalid.message());
    }
    if (rejection instanceof Rejection.CollectionTooLarge) {
      return new ApiException(
          ErrorType.COLLECTION_TOO_LARGE,
          "Collection size exceeded. Operation would exceed the maximum size of an item"
              + " collection");
    }
    if (rejection instanceof Rejection.Indeterminate) {
      return new ApiException(
          ErrorType.INTERNAL,
          "The outcome of this request is unknown: it is older than the memory of applied"
              + " requests");
    }
    if (rejection instanceof Rejection.TableNotFound missing) {
      return TableNames.notFound(missing.name());
    }
    if (rejection instanceof Rejection.TableInUse inUse) {
      return new ApiException(ErrorType.RESOURCE_IN_USE, inUse.message());
    }
    if (rejection instanceof Rejection.LimitExceeded limit) {
      return new ApiException(ErrorType.LIMIT_EXCEEDED, limit.message());
    }
    if (rejection instanceof Rejection.Invalid invalid) {
      return ApiException.validation(invalid.message());
    }
    return new ApiException(
        ErrorType.UNAVAILABLE, "The data has moved while it was being accessed; try again");
  }
}
