package dev.holdfast.statemachine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;
import dev.holdfast.statemachine.rocksdb.RocksOptions;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.StoreSnapshot;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where RocksDB says that the middle of a partition is. */
class MiddleKeyTest {
  private static final int MANY = 20_000;
  private static final int FEW = 101;

  @TempDir Path directory;

  private final Random random = new Random(7);

  /** The part of the bytes that lies before the key found, and whether it is a key of an item. */
  private double partBefore(int count, Function<Integer, Bytes> key) {
    SortedMap<Bytes, Bytes> items = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      items.put(key.apply(i), Bytes.wrap(bytes(50 + random.nextInt(200))));
    }
    try (RocksEnvironment environment = new RocksEnvironment(RocksOptions.DEFAULT);
        KeyValueStore store = environment.open(directory.resolve("store"))) {
      try (WriteBatch batch = store.newBatch()) {
        items.forEach((item, value) -> batch.put(KeyLayout.key(KeyLayout.ITEM, item), value));
        batch.commit();
      }
      store.flush();
      try (StoreSnapshot snapshot = store.snapshot()) {
        Bytes found = new MiddleKey(store, snapshot, KeyRange.ALL).find().orElseThrow();
        assertThat(items).containsKey(found);
        return (double) size(items.headMap(found)) / size(items);
      }
    }
  }

  private static long size(Map<Bytes, Bytes> items) {
    return items.entrySet().stream()
        .mapToLong(item -> item.getKey().size() + item.getValue().size())
        .sum();
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void fewItemsAreCounted() {
    assertThat(partBefore(FEW, i -> Bytes.wrap(bytes(24)))).isBetween(0.45, 0.55);
  }

  @Test
  void ofManyItemsHalfLieBefore() {
    assertThat(partBefore(MANY, i -> Bytes.wrap(bytes(24)))).isBetween(0.4, 0.6);
  }

  /** All in one item collection: only far into the key they differ. */
  @Test
  void aCollectionIsHalvedToo() {
    Bytes collection = Bytes.wrap(bytes(40));
    assertThat(partBefore(MANY, i -> collection.concat(Bytes.utf8("%08d".formatted(i)))))
        .isBetween(0.4, 0.6);
  }

  /** Most of it is of one table, which lies at the end. */
  @Test
  void whatLiesUnevenlyIsHalvedToo() {
    Bytes small = Bytes.fromHex("0000000000000001");
    Bytes large = Bytes.fromHex("f000000000000001");
    assertThat(partBefore(MANY, i -> (i % 10 == 0 ? small : large).concat(Bytes.wrap(bytes(16)))))
        .isBetween(0.4, 0.6);
  }

  @Test
  void whatCannotBeHalvedHasNoMiddle() {
    try (RocksEnvironment environment = new RocksEnvironment(RocksOptions.DEFAULT);
        KeyValueStore store = environment.open(directory.resolve("store"))) {
      try (WriteBatch batch = store.newBatch()) {
        batch.put(KeyLayout.key(KeyLayout.ITEM, Bytes.fromHex("01")), Bytes.EMPTY);
        batch.commit();
      }
      try (StoreSnapshot snapshot = store.snapshot()) {
        assertThat(new MiddleKey(store, snapshot, KeyRange.ALL).find()).isEmpty();
      }
    }
  }
}
