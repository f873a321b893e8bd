package dev.holdfast.jepsen.history;

import java.io.Serial;

/** A history that says nothing of the store: truncated, of another version, or nonsense. */
public final class BrokenHistoryException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public BrokenHistoryException(String message) {
    super(message);
  }
}
