package dev.holdfast.statemachine.table;

import java.io.Serial;

/** Ends a read that does not fit its table; never leaves this package. */
final class InvalidReadException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  InvalidReadException(String message) {
    super(message, null, false, false); // an answer, not a failure: no stack trace
  }
}
