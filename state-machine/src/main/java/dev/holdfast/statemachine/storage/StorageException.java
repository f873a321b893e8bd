package dev.holdfast.statemachine.storage;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A store cannot be read or written: damaged or missing files, a full disk, a closed store. */
public final class StorageException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final boolean damage;

  /**
   * What may go well another time, or elsewhere on this disk.
   *
   * @param message one line: what was tried, where, and what the store said
   */
  public StorageException(String message, @Nullable Throwable cause) {
    this(message, cause, /* damage= */ false);
  }

  private StorageException(String message, @Nullable Throwable cause, boolean damage) {
    super(message, cause);
    this.damage = damage;
  }

  /**
   * What was written is not there any more, or not as it was written: only a copy of it helps. Not
   * for rows that are whole and mean nothing: those are the same on all replicas.
   *
   * @param message as above
   */
  public static StorageException damaged(String message, @Nullable Throwable cause) {
    return new StorageException(message, cause, /* damage= */ true);
  }

  /** Whether something that was stored is lost. */
  public boolean isDamage() {
    return damage;
  }
}
