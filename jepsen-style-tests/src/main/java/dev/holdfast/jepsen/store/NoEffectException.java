package dev.holdfast.jepsen.store;

import java.io.Serial;

/** An operation that certainly changed nothing; any other failure leaves that open. */
public final class NoEffectException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public NoEffectException(Throwable cause) {
    super(cause);
  }
}
