package dev.holdfast.statemachine.storage;

import java.nio.file.Path;

/** Opens the store in a directory, creating it when the directory is empty or missing. */
@FunctionalInterface
public interface StoreOpener {
  /**
   * @throws StorageException when the files are damaged, in use, or cannot be read or written
   */
  KeyValueStore open(Path directory);

  /**
   * Reads a file of a store or checkpoint through and compares it with its checksums, if it has
   * any. Any thread.
   *
   * @throws StorageException that says {@link StorageException#isDamage} when it is damaged
   */
  default void verify(Path file) {}
}
