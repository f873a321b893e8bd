package dev.holdfast.benchmarks.load;

import java.io.Serial;

/** Other transactions were in the way; nothing was done, and the same may be tried again. */
public final class ConflictException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public ConflictException(String message) {
    super(message, null, false, false); // thousands a second: no stack trace
  }
}
