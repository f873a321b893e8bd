package dev.holdfast.statemachine.storage;

import dev.holdfast.protocol.model.Bytes;
import java.nio.file.Path;
import java.util.List;

/**
 * An ordered key-value store without a log of its own: the Raft log is its log (design section 4).
 *
 * <ul>
 *   <li>One thread writes and reads the latest state; {@link #snapshot}, {@link #flush} and {@link
 *       #approximateBytes} may be called by any thread.
 *   <li>A crash loses a suffix of the committed batches, never a part of one.
 * </ul>
 */
public interface KeyValueStore extends KeyValueReader, AutoCloseable {
  WriteBatch newBatch();

  /** A consistent view; throws {@link IllegalStateException} when the store is closed. */
  StoreSnapshot snapshot();

  /** Makes every committed batch durable. */
  void flush();

  /** Flushes, and hard-links or copies the store into a directory that does not exist yet. */
  void checkpoint(Path directory);

  /** The approximate size on disk and in memory, in bytes; 0 when the store is closed. */
  long approximateBytes();

  /**
   * The approximate size of the rows from {@code startInclusive} to before {@code endExclusive}, in
   * bytes, on disk and in memory; 0 when the store is closed. Any thread.
   */
  long approximateBytes(Bytes startInclusive, Bytes endExclusive);

  /**
   * The files that rows are in by now, without what is in memory; none when the store is closed or
   * has no files with checksums. Any thread.
   */
  default List<String> files() {
    return List.of();
  }

  /**
   * Reads one of the {@link #files} through and compares it with its checksums. Any thread.
   *
   * @return its size in bytes; 0 when it is not needed any more
   * @throws StorageException that says {@link StorageException#isDamage} when it is damaged
   */
  default long verify(String file) {
    return 0;
  }

  /** Makes every committed batch durable, waits for open snapshots, and lets go of the files. */
  @Override
  void close();

  /**
   * Lets go of the files without making anything durable, as a crash would: for tests of recovery
   * and for a replica that is to be deleted.
   */
  void abandon();
}
