package dev.holdfast.statemachine.evaluation;

import java.io.Serial;

/** Ends an evaluation whose update does not fit the item; never leaves this package. */
final class InvalidUpdateException extends RuntimeException {
  static final String ABSENT_ATTRIBUTE =
      "The provided expression refers to an attribute that does not exist in the item";
  static final String WRONG_TYPE = "An operand in the update expression has an incorrect data type";
  static final String WRONG_PATH =
      "The document path provided in the update expression is invalid for update";

  static final String TOO_LARGE = "Item size to update has exceeded the maximum allowed size";

  @Serial private static final long serialVersionUID = 1;

  InvalidUpdateException(String message) {
    super(message, null, false, false); // an answer, not a failure: no stack trace
  }
}
