package dev.holdfast.node.dynamodb.error;

import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.model.Item;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What DynamoDB says of one element of a cancelled transaction. Source: AWS API reference,
 * "TransactWriteItems", errors.
 *
 * @param message null for an element that did not stand in the way
 * @param item the item that failed its condition, when the element asked for it
 */
public record Cancellation(String code, @Nullable String message, @Nullable Item item) {
  private static final String CONDITION_FAILED = "ConditionalCheckFailed";

  static Cancellation of(CancellationReason reason) {
    if (reason instanceof CancellationReason.ConditionFailed failed) {
      return new Cancellation(CONDITION_FAILED, "The conditional request failed", failed.item());
    }
    if (reason instanceof CancellationReason.Invalid invalid) {
      return invalid(invalid.message());
    }
    if (reason instanceof CancellationReason.CollectionTooLarge) {
      return new Cancellation("ItemCollectionSizeLimitExceeded", "Collection size exceeded.", null);
    }
    if (reason instanceof CancellationReason.Locked
        || reason instanceof CancellationReason.Conflict) {
      return new Cancellation("TransactionConflict", "Transaction is ongoing for the item", null);
    }
    return none();
  }

  /** An element that did not stand in the way. */
  public static Cancellation none() {
    return new Cancellation("None", null, null);
  }

  /** An element that is not valid for its table or its item. */
  public static Cancellation invalid(String message) {
    return new Cancellation("ValidationError", message, null);
  }

  /** An element whose table is not there. */
  public static Cancellation missing(String message) {
    return new Cancellation("ResourceNotFound", message, null);
  }

  boolean isConditionFailed() {
    return code.equals(CONDITION_FAILED);
  }

  /** The message of the whole, which lists the codes. */
  static String summary(List<Cancellation> cancellations) {
    return cancellations.stream()
        .map(Cancellation::code)
        .collect(
            Collectors.joining(
                ", ",
                "Transaction cancelled, please refer cancellation reasons for specific reasons [",
                "]"));
  }
}
