package dev.holdfast.statemachine.storage;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A store cannot be read or written: damaged or missing files, a full disk, a closed store. */
public final class StorageException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /**
   * @param message one line: what was tried, where, and what the store said
   */
  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
