package dev.holdfast.statemachine.rocksdb;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** A bounded RocksDB iterator; holds one of the store's permits until it is closed. */
final class RocksCursor implements Cursor {
  private final RocksKeyValueStore store;
  private final boolean forward;
  private final Slice lower;
  private final @Nullable Slice upper;
  private final ReadOptions readOptions;
  private final RocksIterator iterator;

  /** Whether the iterator stands on the row that {@link #next} is to move to. */
  private boolean ahead;

  private boolean closed;

  private RocksCursor(
      RocksKeyValueStore store,
      @Nullable Snapshot snapshot,
      Bytes startInclusive,
      @Nullable Bytes endExclusive,
      Direction direction) {
    this.store = store;
    forward = direction == Direction.FORWARD;
    lower = new Slice(startInclusive.unsafeArray());
    upper = endExclusive == null ? null : new Slice(endExclusive.unsafeArray());
    readOptions = new ReadOptions().setIterateLowerBound(lower);
    if (upper != null) {
      readOptions.setIterateUpperBound(upper);
    }
    if (snapshot != null) {
      readOptions.setSnapshot(snapshot);
    }
    iterator = store.database().newIterator(readOptions);
    if (forward) {
      iterator.seekToFirst();
    } else {
      iterator.seekToLast();
    }
    ahead = true;
  }

  static RocksCursor open(
      RocksKeyValueStore store,
      @Nullable Snapshot snapshot,
      Bytes startInclusive,
      @Nullable Bytes endExclusive,
      Direction direction) {
    store.enter();
    return new RocksCursor(store, snapshot, startInclusive, endExclusive, direction);
  }

  @Override
  public boolean next() {
    if (ahead) {
      ahead = false;
    } else if (forward) {
      iterator.next();
    } else {
      iterator.prev();
    }
    if (iterator.isValid()) {
      return true;
    }
    try {
      iterator.status(); // an iterator ends at damage as it does at the end
      ahead = true; // stay at the end
      return false;
    } catch (RocksDBException e) {
      throw store.failure("cannot read", e);
    }
  }

  @Override
  public void seek(Bytes key) {
    if (forward) {
      iterator.seek(key.unsafeArray());
    } else {
      iterator.seekForPrev(key.unsafeArray());
    }
    ahead = true;
  }

  @Override
  public Bytes key() {
    return Bytes.wrap(iterator.key());
  }

  @Override
  public Bytes value() {
    return Bytes.wrap(iterator.value());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    iterator.close();
    readOptions.close();
    lower.close();
    if (upper != null) {
      upper.close();
    }
    store.leave();
  }
}
