package dev.holdfast.client;

import dev.holdfast.client.HoldfastException.TransactionCancelledException;
import dev.holdfast.client.HoldfastException.TransactionCancelledException.Kind;
import dev.holdfast.client.HoldfastException.TransactionCancelledException.Reason;
import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.rpc.StoreException;
import java.util.concurrent.CompletionException;

/** Turns what the store says no with into what the caller may do about it. */
final class Failures {
  private static final String COLLECTION_TOO_LARGE =
      "the items of one partition key would exceed 10 GB";

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
      return new HoldfastException.InvalidRequestException(COLLECTION_TOO_LARGE);
    } else if (rejection instanceof Rejection.Indeterminate) {
      return new HoldfastException.IndeterminateException("it may have been applied before", null);
    }
    return ofTransaction(rejection);
  }

  private static HoldfastException ofTransaction(Rejection rejection) {
    if (rejection instanceof Rejection.Cancelled cancelled) {
      return new TransactionCancelledException(
          cancelled.reasons().stream().map(Failures::reason).toList());
    } else if (rejection instanceof Rejection.Locked) {
      return new HoldfastException.ConflictException("a transaction holds the item");
    } else if (rejection instanceof Rejection.TokenMismatch) {
      return new HoldfastException.InvalidRequestException(
          "the token was used for another transaction in the last ten minutes");
    } else if (rejection instanceof Rejection.TransactionInProgress) {
      return new HoldfastException.IndeterminateException(
          "a transaction with this token is under way", null);
    } else if (rejection instanceof Rejection.IndexBehind) {
      return new HoldfastException.ThrottledException(
          "a global index of the table is too far behind", null);
    } else if (rejection instanceof Rejection.LedgerFull) {
      return new HoldfastException.ThrottledException("too many transactions are unfinished", null);
    }
    return new HoldfastException.UnavailableException("not now: " + rejection, null);
  }

  private static Reason reason(CancellationReason reason) {
    if (reason instanceof CancellationReason.None) {
      return new Reason(Kind.NONE, "", null);
    } else if (reason instanceof CancellationReason.ConditionFailed failed) {
      Item item = failed.item();
      return new Reason(
          Kind.CONDITION_FAILED,
          "the condition did not hold",
          item == null ? null : Document.of(item));
    } else if (reason instanceof CancellationReason.Invalid invalid) {
      return new Reason(Kind.INVALID, invalid.message(), null);
    } else if (reason instanceof CancellationReason.CollectionTooLarge) {
      return new Reason(Kind.INVALID, COLLECTION_TOO_LARGE, null);
    }
    return new Reason(Kind.CONFLICT, "another transaction holds the item", null);
  }
}
