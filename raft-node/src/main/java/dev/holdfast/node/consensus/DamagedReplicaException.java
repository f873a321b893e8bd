package dev.holdfast.node.consensus;

import dev.holdfast.statemachine.storage.StorageException;
import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * What a replica has on disk is not what it acknowledged or applied; the message says where and
 * why.
 */
final class DamagedReplicaException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  DamagedReplicaException(String message) {
    super(message);
  }

  /**
   * Whether a failure says so. Anything else, as a disk that is full or does not answer, is the
   * whole node's.
   */
  static boolean isIn(Throwable failure) {
    for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof DamagedReplicaException
          || (each instanceof StorageException storage && storage.isDamage())) {
        return true;
      }
    }
    return false;
  }
}
