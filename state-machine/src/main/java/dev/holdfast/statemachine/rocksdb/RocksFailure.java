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
    return new StorageException(what + ": " + kind(cause) + said, cause);
  }

  private static String kind(RocksDBException cause) {
    @Nullable Status status = cause.getStatus();
    return status == null || status.getCode() == null ? "" : status.getCode() + ": ";
  }
}
