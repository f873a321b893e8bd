package dev.holdfast.client;

import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.rpc.StoreException;
import java.util.concurrent.CompletionException;

/** Turns what the store says no with into what the caller may do about it. */
final class Failures {
  private Failures() {}

  static HoldfastException of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof HoldfastException known) {
      return known;
    } else if (cause instanceof StoreException.InvalidRequestException
        || cause instanceof IllegalArgumentException) {
      return new HoldfastException.InvalidRequestException(cause.getMessage());
    } else if (cause instanceof StoreException.ThrottledException) {
      return new HoldfastException.ThrottledException(cause.getMessage(), cause);
    } else if (cause instanceof StoreException.UnavailableException) {
      return new HoldfastException.UnavailableException(cause.getMessage(), cause);
    }
    return new HoldfastException.IndeterminateException(cause.getMessage(), cause);
  }

  static HoldfastException of(String table, Rejection rejection) {
    if (rejection instanceof Rejection.ConditionFailed failed) {
      Item item = failed.item();
      return new HoldfastException.ConditionFailedException(
          item == null ? null : Document.of(item));
    } else if (rejection instanceof Rejection.TableNotFound) {
      return new HoldfastException.TableNotFoundException(table);
    } else if (rejection instanceof Rejection.TableInUse inUse) {
      return new HoldfastException.TableInUseException(inUse.message());
    } else if (rejection instanceof Rejection.InvalidUpdate invalid) {
      return new HoldfastException.InvalidRequestException(invalid.message());
    } else if (rejection instanceof Rejection.Invalid invalid) {
      return new HoldfastException.InvalidRequestException(invalid.message());
    } else if (rejection instanceof Rejection.LimitExceeded limit) {
      return new HoldfastException.InvalidRequestException(limit.message());
    } else if (rejection instanceof Rejection.CollectionTooLarge) {
      return new HoldfastException.InvalidRequestException(
          "the items of one partition key would exceed 10 GB");
    } else if (rejection instanceof Rejection.Indeterminate) {
      return new HoldfastException.IndeterminateException("it may have been applied before", null);
    }
    return new HoldfastException.UnavailableException("not now: " + rejection, null);
  }
}
