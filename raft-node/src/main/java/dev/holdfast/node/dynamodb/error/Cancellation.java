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
  static Cancellation of(CancellationReason reason) {
    if (reason instanceof CancellationReason.ConditionFailed failed) {
      return new Cancellation(
          "ConditionalCheckFailed", "The conditional request failed", failed.item());
    }
    if (reason instanceof CancellationReason.Invalid invalid) {
      return new Cancellation("ValidationError", invalid.message(), null);
    }
    if (reason instanceof CancellationReason.Locked
        || reason instanceof CancellationReason.Conflict) {
      return new Cancellation("TransactionConflict", "Transaction is ongoing for the item", null);
    }
    return new Cancellation("None", null, null);
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
