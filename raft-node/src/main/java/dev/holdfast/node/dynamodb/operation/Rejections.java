package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.protocol.command.Rejection;

/** What DynamoDB calls the store's rejections (design section 12). */
final class Rejections {
  private Rejections() {}

  static ApiException asError(Rejection rejection) {
    if (rejection instanceof Rejection.ConditionFailed failed) {
      return ApiException.conditionFailed(failed);
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
    if (rejection instanceof Rejection.Locked) {
      return new ApiException(
          ErrorType.TRANSACTION_CONFLICT, "Transaction is ongoing for the item");
    }
    return ofTransaction(rejection);
  }

  private static ApiException ofTransaction(Rejection rejection) {
    if (rejection instanceof Rejection.Cancelled cancelled) {
      return ApiException.cancelled(cancelled.reasons());
    }
    if (rejection instanceof Rejection.TokenMismatch) {
      return new ApiException(
          ErrorType.TOKEN_MISMATCH,
          "The client request token was used with other parameters in the last ten minutes");
    }
    if (rejection instanceof Rejection.TransactionInProgress) {
      return new ApiException(
          ErrorType.TRANSACTION_IN_PROGRESS,
          "The transaction with the given request token is already in progress");
    }
    if (rejection instanceof Rejection.IndexBehind) {
      return new ApiException(
          ErrorType.THROUGHPUT_EXCEEDED,
          "A limit was reached and nothing happened: a global index of the table is too far"
              + " behind");
    }
    if (rejection instanceof Rejection.LedgerFull) {
      return new ApiException(
          ErrorType.THROUGHPUT_EXCEEDED,
          "A limit was reached and nothing happened: too many transactions are unfinished");
    }
    return ofTableChange(rejection);
  }

  private static ApiException ofTableChange(Rejection rejection) {
    if (rejection instanceof Rejection.TableNotFound missing) {
      return TableNames.notFound(missing.name());
    }
    if (rejection instanceof Rejection.IndexNotFound missing) {
      return new ApiException(
          ErrorType.RESOURCE_NOT_FOUND,
          "Requested resource not found: Index "
              + missing.index()
              + " for table "
              + missing.table());
    }
    if (rejection instanceof Rejection.TableInUse inUse) {
      return new ApiException(ErrorType.RESOURCE_IN_USE, inUse.message());
    }
    if (rejection instanceof Rejection.LimitExceeded limit) {
      return new ApiException(ErrorType.LIMIT_EXCEEDED, limit.message());
    }
    if (rejection instanceof Rejection.PolicyNotFound missing) {
      return new ApiException(ErrorType.POLICY_NOT_FOUND, missing.message());
    }
    if (rejection instanceof Rejection.Invalid invalid) {
      return ApiException.validation(invalid.message());
    }
    return new ApiException(
        ErrorType.UNAVAILABLE, "The data has moved while it was being accessed; try again");
  }
}
