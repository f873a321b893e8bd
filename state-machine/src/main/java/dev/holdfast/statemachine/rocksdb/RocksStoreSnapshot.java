package dev.holdfast.statemachine.rocksdb;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.StoreSnapshot;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.Snapshot;

/** A RocksDB snapshot; holds one of the store's permits until it is closed. */
final class RocksStoreSnapshot implements StoreSnapshot {
  private final RocksKeyValueStore store;
  private final RocksDB database;
  private final Snapshot snapshot;
  private final ReadOptions readOptions;
  private boolean closed;

  /** The caller has taken a permit, which now belongs to this snapshot. */
  RocksStoreSnapshot(RocksKeyValueStore store, RocksDB database) {
    this.store = store;
    this.database = database;
    this.snapshot = database.getSnapshot();
    this.readOptions = new ReadOptions().setSnapshot(snapshot);
  }

  @Override
  public @Nullable Bytes get(Bytes key) {
    requireOpen();
    return store.get(key, readOptions);
  }

  @Override
  public Cursor cursor(
      Bytes startInclusive, @Nullable Bytes endExclusive, Cursor.Direction direction) {
    requireOpen();
    return RocksCursor.open(store, snapshot, startInclusive, endExclusive, direction);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the snapshot is closed");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    readOptions.close();
    database.releaseSnapshot(snapshot);
    store.leave();
  }
}
