package dev.holdfast.statemachine.memory;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.StorageException;
import dev.holdfast.statemachine.storage.StoreSnapshot;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows in a sorted map. A snapshot shares the map, and the next commit copies it first; so
 * snapshots are consistent, and commits under snapshots slow. Checkpoints are one file of rows,
 * which {@link #open} reads; nothing else ever reaches the disk.
 */
public final class MemoryKeyValueStore implements KeyValueStore {
  private static final String FILE = "rows";

  // Guarded by this: commits and snapshots come from different threads.
  private NavigableMap<Bytes, Bytes> rows;
  private boolean shared;
  private boolean closed;

  private MemoryKeyValueStore(NavigableMap<Bytes, Bytes> rows) {
    this.rows = rows;
  }

  /** Opens what a checkpoint left in the directory, or an empty store. */
  public static KeyValueStore open(Path directory) {
    TreeMap<Bytes, Bytes> rows = new TreeMap<>();
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        for (int count = in.readInt(); count > 0; count--) {
          rows.put(readField(in), readField(in));
        }
      } catch (IOException e) {
        throw new StorageException("cannot read " + file + ": " + e.getMessage(), e);
      }
    }
    return new MemoryKeyValueStore(rows);
  }

  @Override
  public synchronized @Nullable Bytes get(Bytes key) {
    requireOpen();
    return rows.get(key);
  }

  @Override
  public synchronized Cursor cursor(
      Bytes startInclusive, @Nullable Bytes endExclusive, Cursor.Direction direction) {
    requireOpen();
    shared = true;
    return MemoryCursor.over(rows, startInclusive, endExclusive, direction);
  }

  @Override
  public WriteBatch newBatch() {
    return new Batch();
  }

  @Override
  public synchronized StoreSnapshot snapshot() {
    requireOpen();
    shared = true;
    return new Snapshot(rows);
  }

  @Override
  public void flush() {
    // Nothing outlives the process but checkpoints.
  }

  @Override
  public synchronized void checkpoint(Path directory) {
    requireOpen();
    try {
      Files.createDirectory(directory);
      try (DataOutputStream out =
          new DataOutputStream(
              new BufferedOutputStream(Files.newOutputStream(directory.resolve(FILE))))) {
        out.writeInt(rows.size());
        for (Map.Entry<Bytes, Bytes> row : rows.entrySet()) {
          writeField(out, row.getKey());
          writeField(out, row.getValue());
        }
      }
    } catch (IOException e) {
      throw new StorageException("cannot write " + directory + ": " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized long approximateBytes() {
    return rows.entrySet().stream()
        .mapToLong(row -> row.getKey().size() + row.getValue().size())
        .sum();
  }

  @Override
  public synchronized long approximateBytes(Bytes startInclusive, Bytes endExclusive) {
    return rows.subMap(startInclusive, endExclusive).entrySet().stream()
        .mapToLong(row -> row.getKey().size() + row.getValue().size())
        .sum();
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  @Override
  public void abandon() {
    close();
  }

  private synchronized void commit(List<Consumer<NavigableMap<Bytes, Bytes>>> changes) {
    requireOpen();
    if (shared) {
      rows = new TreeMap<>(rows);
      shared = false;
    }
    changes.forEach(change -> change.accept(rows));
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  private static Bytes readField(DataInputStream in) throws IOException {
    byte[] field = new byte[in.readInt()];
    in.readFully(field);
    return Bytes.wrap(field);
  }

  private static void writeField(DataOutputStream out, Bytes field) throws IOException {
    out.writeInt(field.size());
    out.write(field.backingArray(), field.arrayOffset(), field.size());
  }

  private final class Batch implements WriteBatch {
    private final List<Consumer<NavigableMap<Bytes, Bytes>>> changes = new ArrayList<>();

    @Override
    public void put(Bytes key, Bytes value) {
      changes.add(map -> map.put(key, value));
    }

    @Override
    public void delete(Bytes key) {
      changes.add(map -> map.remove(key));
    }

    @Override
    public void deleteRange(Bytes startInclusive, Bytes endExclusive) {
      changes.add(map -> map.subMap(startInclusive, endExclusive).clear());
    }

    @Override
    public void commit() {
      MemoryKeyValueStore.this.commit(changes);
      changes.clear();
    }

    @Override
    public void close() {
      changes.clear();
    }
  }

  private record Snapshot(NavigableMap<Bytes, Bytes> rows) implements StoreSnapshot {
    @Override
    public @Nullable Bytes get(Bytes key) {
      return rows.get(key);
    }

    @Override
    public Cursor cursor(
        Bytes startInclusive, @Nullable Bytes endExclusive, Cursor.Direction direction) {
      return MemoryCursor.over(rows, startInclusive, endExclusive, direction);
    }

    @Override
    public void close() {
      // The map is the collector's.
    }
  }
}
