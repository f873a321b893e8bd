package dev.holdfast.statemachine.rocksdb;

import dev.holdfast.statemachine.storage.StorageException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns what RocksDB says into one line. */
final class RocksFailure {
  private RocksFailure() {}

  static StorageException of(String what, RocksDBException cause) {
    String said = String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
    String message = what + ": " + kind(cause) + said;
    return isDamage(cause)
        ? StorageException.damaged(message, cause)
        : new StorageException(message, cause);
  }

  /** The same of a store that is opened: that a file of it is gone is damage then. */
  static StorageException ofOpening(String what, RocksDBException cause) {
    StorageException failure = of(what, cause);
    boolean isGone = String.valueOf(cause.getMessage()).contains("No such file or directory");
    return isGone ? StorageException.damaged(String.valueOf(failure.getMessage()), cause) : failure;
  }

  /** A checksum that is wrong; a disk that does not answer is none. */
  private static boolean isDamage(RocksDBException cause) {
    @Nullable Status status = cause.getStatus();
    return status != null && status.getCode() == Status.Code.Corruption;
  }

  private static String kind(RocksDBException cause) {
    @Nullable Status status = cause.getStatus();
    return status == null || status.getCode() == null ? "" : status.getCode() + ": ";
  }
}
