package dev.holdfast.statemachine.rocksdb;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.StorageException;
import dev.holdfast.statemachine.storage.StoreSnapshot;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.MutableDBOptions;
import org.rocksdb.Options;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.WriteOptions;

/**
 * A RocksDB instance with one column family and no write-ahead log.
 *
 * <p>Using a closed instance would crash the process, so every use holds a permit, an open snapshot
 * or cursor for as long as it is open; closing takes all of them.
 */
final class RocksKeyValueStore implements KeyValueStore {
  private static final int USES_MAX = 1 << 20;
  private static final long CLOSE_WAIT_SECONDS = 30;

  private final RocksDB database;
  private final Options options;
  private final Path directory;
  private final WriteOptions withoutLog = new WriteOptions().setDisableWAL(true);
  private final ReadOptions latest = new ReadOptions();
  private final Semaphore uses = new Semaphore(USES_MAX);
  private volatile boolean closed;

  RocksKeyValueStore(RocksDB database, Options options, Path directory) {
    this.database = database;
    this.options = options;
    this.directory = directory;
  }

  @Override
  public @Nullable Bytes get(Bytes key) {
    enter();
    try {
      return get(key, latest);
    } finally {
      leave();
    }
  }

  /** Reads as of the options' snapshot; the caller holds a permit. */
  @Nullable Bytes get(Bytes key, ReadOptions readOptions) {
    try {
      byte[] value = database.get(readOptions, key.backingArray(), key.arrayOffset(), key.size());
      return value == null ? null : Bytes.wrap(value);
    } catch (RocksDBException e) {
      throw failure("cannot read", e);
    }
  }

  @Override
  public Cursor cursor(
      Bytes startInclusive, @Nullable Bytes endExclusive, Cursor.Direction direction) {
    return RocksCursor.open(this, null, startInclusive, endExclusive, direction);
  }

  @Override
  public WriteBatch newBatch() {
    return new RocksBatch(this);
  }

  void write(org.rocksdb.WriteBatch batch) {
    enter();
    try {
      database.write(withoutLog, batch);
    } catch (RocksDBException e) {
      throw failure("cannot write", e);
    } finally {
      leave();
    }
  }

  @Override
  public StoreSnapshot snapshot() {
    enter();
    return new RocksStoreSnapshot(this, database);
  }

  @Override
  public void flush() {
    enter();
    try {
      flushMemory("cannot flush");
    } finally {
      leave();
    }
  }

  private void flushMemory(String whatFailed) {
    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
      database.flush(flush);
    } catch (RocksDBException e) {
      throw failure(whatFailed, e);
    }
  }

  @Override
  public void checkpoint(Path target) {
    flush(); // without a log, what is not flushed is not in the files
    enter();
    try (Checkpoint checkpoint = Checkpoint.create(database)) {
      checkpoint.createCheckpoint(target.toString());
    } catch (RocksDBException e) {
      throw failure("cannot checkpoint into " + target, e);
    } finally {
      leave();
    }
  }

  @Override
  public long approximateBytes() {
    return property("rocksdb.live-sst-files-size") + property("rocksdb.cur-size-all-mem-tables");
  }

  @Override
  public long approximateBytes(Bytes startInclusive, Bytes endExclusive) {
    if (closed || !uses.tryAcquire()) {
      return 0;
    }
    try (Slice start = new Slice(startInclusive.toByteArray());
        Slice end = new Slice(endExclusive.toByteArray())) {
      return database
          .getApproximateSizes(
              List.of(new Range(start, end)),
              SizeApproximationFlag.INCLUDE_FILES,
              SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
    } finally {
      leave();
    }
  }

  @Override
  public List<String> files() {
    if (closed || !uses.tryAcquire()) {
      return List.of();
    }
    try {
      return database.getLiveFilesMetaData().stream()
          .map(LiveFileMetaData::fileName)
          .sorted()
          .toList();
    } finally {
      leave();
    }
  }

  @Override
  public long verify(String file) {
    if (!files().contains(file)) {
      return 0;
    }
    Path table = directory.resolve(file.replaceFirst("^/", ""));
    try {
      TableFiles.verify(table);
      return Files.size(table);
    } catch (StorageException | IOException e) {
      if (!files().contains(file)) { // compacted away while it was read
        return 0;
      }
      throw e instanceof StorageException damage
          ? damage
          : StorageException.damaged("cannot read " + table + ": " + e, e);
    }
  }

  /** One of RocksDB's numeric properties; 0 when closed. */
  long property(String name) {
    if (closed || !uses.tryAcquire()) {
      return 0;
    }
    try {
      return database.getLongProperty(name);
    } catch (RocksDBException e) {
      throw failure("cannot measure", e);
    } finally {
      leave();
    }
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    if (!awaitLastUse()) {
      return;
    }
    // RocksDB flushes what no log protects when it closes; doing it here reports a full disk.
    try {
      flushMemory("cannot flush before closing");
    } finally {
      release();
    }
  }

  @Override
  public void abandon() {
    if (!awaitLastUse()) {
      return;
    }
    try {
      database.setDBOptions(MutableDBOptions.builder().setAvoidFlushDuringShutdown(true).build());
    } catch (RocksDBException e) {
      throw failure("cannot close without flushing", e);
    } finally {
      release();
    }
  }

  /** Takes a permit; {@link #leave} gives it back. */
  void enter() {
    if (closed) {
      throw new IllegalStateException("the store in " + directory + " is closed");
    }
    if (!uses.tryAcquire()) {
      throw new IllegalStateException("the store in " + directory + " is closing or overloaded");
    }
  }

  void leave() {
    uses.release();
  }

  RocksDB database() {
    return database;
  }

  StorageException failure(String what, RocksDBException cause) {
    return RocksFailure.of(what + " in " + directory, cause);
  }

  /** False when the store is closed already. */
  private synchronized boolean awaitLastUse() {
    if (closed) {
      return false;
    }
    closed = true;
    try {
      if (!uses.tryAcquire(USES_MAX, CLOSE_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new StorageException(
            "the store in %s still has %d readers"
                .formatted(directory, USES_MAX - uses.availablePermits()),
            null);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("interrupted while closing the store in " + directory, e);
    }
  }

  private void release() {
    database.close();
    latest.close();
    withoutLog.close();
    options.close();
  }
}
