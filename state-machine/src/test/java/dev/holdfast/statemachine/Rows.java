package dev.holdfast.statemachine;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** All that a store holds. */
public final class Rows {
  private Rows() {}

  public static SortedMap<Bytes, Bytes> of(KeyValueReader store) {
    SortedMap<Bytes, Bytes> rows = new TreeMap<>();
    try (Cursor all = store.cursor(Bytes.EMPTY, null, Cursor.Direction.FORWARD)) {
      while (all.next()) {
        rows.put(all.key(), all.value());
      }
    }
    return rows;
  }

  /** A store of its own, in memory. */
  public static KeyValueStore store(SortedMap<Bytes, Bytes> rows) {
    KeyValueStore store = MemoryKeyValueStore.open(Path.of("nowhere"));
    try (WriteBatch batch = store.newBatch()) {
      rows.forEach(batch::put);
      batch.commit();
    }
    return store;
  }
}
