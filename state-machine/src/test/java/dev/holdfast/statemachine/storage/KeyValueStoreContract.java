package dev.holdfast.statemachine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor.Direction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every adapter of the storage port must do. */
public abstract class KeyValueStoreContract {
  @TempDir protected Path directory;
  protected KeyValueStore store;

  protected abstract KeyValueStore open(Path storeDirectory);

  @BeforeEach
  void openStore() {
    store = open(directory.resolve("store"));
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void aBatchBecomesVisibleAsAWholeWhenItIsCommitted() {
    try (WriteBatch batch = store.newBatch()) {
      batch.put(key("a"), key("1"));
      batch.put(key("b"), key("2"));
      assertThat(store.get(key("a"))).isNull();
      batch.commit();
    }

    assertThat(store.get(key("a"))).isEqualTo(key("1"));
    assertThat(store.get(key("b"))).isEqualTo(key("2"));
    assertThat(store.get(key("c"))).isNull();
  }

  @Test
  void changesOfOneBatchApplyInTheirOrder() {
    put("a", "b", "c", "d");
    try (WriteBatch batch = store.newBatch()) {
      batch.delete(key("a"));
      batch.deleteRange(key("b"), key("d"));
      batch.put(key("b"), key("again"));
      batch.put(key("d"), key("kept"));
      batch.delete(key("d"));
      batch.commit();
    }

    assertThat(keys(store, "a", "z", Direction.FORWARD)).containsExactly("b");
    assertThat(store.get(key("b"))).isEqualTo(key("again"));
  }

  @Test
  void aCursorStaysInItsIntervalInBothDirections() {
    put("a", "b", "c", "d", "e");

    assertThat(keys(store, "b", "e", Direction.FORWARD)).containsExactly("b", "c", "d");
    assertThat(keys(store, "b", "e", Direction.BACKWARD)).containsExactly("d", "c", "b");
    assertThat(keys(store, "bb", "bc", Direction.FORWARD)).isEmpty();
    try (Cursor open = store.cursor(key("c"), null, Direction.FORWARD)) {
      assertThat(rest(open)).containsExactly("c", "d", "e");
    }
  }

  @Test
  void aCursorSeeksToTheFirstRowAtOrBeyondAKey() {
    put("a", "c", "e", "g");
    try (Cursor cursor = store.cursor(key("b"), key("g"), Direction.FORWARD)) {
      cursor.seek(key("d"));
      assertThat(rest(cursor)).containsExactly("e");
      cursor.seek(key("a"));
      assertThat(rest(cursor)).containsExactly("c", "e");
    }
    try (Cursor cursor = store.cursor(key("b"), key("g"), Direction.BACKWARD)) {
      cursor.seek(key("d"));
      assertThat(rest(cursor)).containsExactly("c");
      cursor.seek(key("z"));
      assertThat(rest(cursor)).containsExactly("e", "c");
    }
  }

  @Test
  void aSnapshotDoesNotSeeWhatIsCommittedAfterIt() {
    put("a");
    try (StoreSnapshot snapshot = store.snapshot()) {
      put("b");

      assertThat(snapshot.get(key("b"))).isNull();
      assertThat(keys(snapshot, "a", "z", Direction.FORWARD)).containsExactly("a");
      assertThat(store.get(key("b"))).isNotNull();
    }
  }

  @Test
  void aCheckpointHoldsEverythingCommittedBeforeItAndNothingAfter() {
    put("a", "b");
    Path checkpoint = directory.resolve("checkpoint");
    store.checkpoint(checkpoint);
    put("c");

    try (KeyValueStore copy = open(checkpoint)) {
      assertThat(keys(copy, "a", "z", Direction.FORWARD)).containsExactly("a", "b");
    }
  }

  @Test
  void aClosedStoreRefusesInsteadOfCrashing() {
    put("a");
    store.close();

    assertThatThrownBy(store::snapshot).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.get(key("a"))).isInstanceOf(IllegalStateException.class);
    store.close();
  }

  @Test
  void behavesLikeASortedMapUnderRandomBatches() {
    Random random = new Random(20_261_121);
    TreeMap<Bytes, Bytes> model = new TreeMap<>();
    for (int round = 0; round < 200; round++) {
      try (WriteBatch batch = store.newBatch()) {
        for (int i = random.nextInt(6); i >= 0; i--) {
          Bytes key = randomKey(random);
          Bytes other = randomKey(random);
          int kind = random.nextInt(8);
          if (kind < 5) {
            Bytes value = Bytes.wrap(new byte[random.nextInt(400)]);
            batch.put(key, value);
            model.put(key, value);
          } else if (kind < 7 || key.compareTo(other) >= 0) {
            batch.delete(key);
            model.remove(key);
          } else {
            batch.deleteRange(key, other);
            model.subMap(key, other).clear();
          }
        }
        batch.commit();
      }
      if (round % 50 == 49) {
        store.flush();
      }
    }

    try (Cursor cursor = store.cursor(Bytes.EMPTY, null, Direction.FORWARD)) {
      TreeMap<Bytes, Bytes> found = new TreeMap<>();
      while (cursor.next()) {
        found.put(cursor.key(), cursor.value());
      }
      assertThat(found).isEqualTo(model);
    }
  }

  private static Bytes randomKey(Random random) {
    byte[] key = new byte[1 + random.nextInt(2)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(12) * 23);
    }
    return Bytes.wrap(key);
  }

  protected final void put(String... keys) {
    try (WriteBatch batch = store.newBatch()) {
      for (String key : keys) {
        batch.put(key(key), key("value of " + key));
      }
      batch.commit();
    }
  }

  protected static Bytes key(String text) {
    return Bytes.utf8(text);
  }

  protected static List<String> keys(
      KeyValueReader reader, String start, String end, Direction direction) {
    try (Cursor cursor = reader.cursor(key(start), key(end), direction)) {
      return rest(cursor);
    }
  }

  private static List<String> rest(Cursor cursor) {
    List<String> keys = new ArrayList<>();
    while (cursor.next()) {
      keys.add(cursor.key().toUtf8());
    }
    return keys;
  }
}
