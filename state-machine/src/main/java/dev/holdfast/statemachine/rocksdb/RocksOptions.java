package dev.holdfast.statemachine.rocksdb;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The native memory and threads that all stores of a node share. The native budget is about {@code
 * blockCacheBytes}: memtables, index and filter blocks are charged to the cache.
 *
 * @param blockCacheBytes for blocks, indexes, filters and memtables; default 192 MiB
 * @param writeBufferBytes for memtables, a part of the cache: beyond it they are flushed early;
 *     default 64 MiB
 * @param backgroundThreads for flushes and compactions each; default 2
 * @param libraryDirectory where the native library is unpacked, one directory per process; null for
 *     the directory of temporary files, where a killed process leaves it behind
 */
public record RocksOptions(
    long blockCacheBytes,
    long writeBufferBytes,
    int backgroundThreads,
    @Nullable Path libraryDirectory) {
  public static final RocksOptions DEFAULT = new RocksOptions(192L << 20, 64L << 20, 2, null);

  public RocksOptions {
    if (writeBufferBytes < 1 || blockCacheBytes < writeBufferBytes) {
      throw new IllegalArgumentException(
          "blockCacheBytes %d must hold writeBufferBytes %d"
              .formatted(blockCacheBytes, writeBufferBytes));
    }
    if (backgroundThreads < 1) {
      throw new IllegalArgumentException("backgroundThreads " + backgroundThreads);
    }
  }
}
