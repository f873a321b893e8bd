package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.error.FailureTypes;
import java.util.function.Supplier;

/**
 * How PutItem, UpdateItem and DeleteItem say what is wrong with a request as such: as one error of
 * a validation. What does not fit the table they say as all operations do.
 *
 * <p>Source: {@code dynamodb-conformance}, {@code putItem.test.ts}, {@code deleteItem.test.ts},
 * {@code valueLayers.test.ts} and {@code captures}, October 2026: so in 31 of 33 regions. Batches,
 * transactions and reads have the same words without the envelope.
 */
final class SingleWrite {
  private static final String ENVELOPE = "1 validation error detected: ";

  private SingleWrite() {}

  /** What is read; fails with the problem in its envelope. */
  static <T> T checked(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (RuntimeException e) {
      ApiException error = FailureTypes.asError(e);
      if (error != null && error.type() == ErrorType.VALIDATION) {
        throw ApiException.validation(ENVELOPE + error.text());
      }
      throw e;
    }
  }
}
