package dev.holdfast.statemachine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A later command of an entry sees the state as if the earlier ones were committed. */
class PendingChangesProperties {
  @Property(tries = 200)
  void theViewIsTheStoreWithTheChangesApplied(@ForAll long seed) {
    Random random = new Random(seed);
    KeyValueStore store = MemoryKeyValueStore.open(Path.of("nowhere"));
    TreeMap<Bytes, Bytes> model = new TreeMap<>();
    try (WriteBatch batch = store.newBatch()) {
      for (int i = random.nextInt(12); i > 0; i--) {
        Bytes key = key(random);
        batch.put(key, key);
        model.put(key, key);
      }
      batch.commit();
    }
    RowMemories memories = RowMemories.load(store, List.of());
    try (WriteBatch batch = store.newBatch()) {
      PendingChanges changes = new PendingChanges(store, memories);
      for (int i = random.nextInt(12); i > 0; i--) {
        changes.applyAll(List.of(change(random, model)));
        compare(changes, model, random);
      }
      changes.write(batch, new RunningDigest(RunningDigest.ZERO));
      batch.commit();
      changes.written();
      compare(new PendingChanges(store, memories), model, random);
    }
  }

  private static Effect change(Random random, NavigableMap<Bytes, Bytes> model) {
    Bytes key = key(random);
    Bytes other = key(random);
    int kind = random.nextInt(4);
    if (kind == 0) {
      model.remove(key);
      return new Effect.Delete(key);
    }
    if (kind == 1 && key.compareTo(other) < 0) {
      model.subMap(key, true, other, false).clear();
      return new Effect.DeleteRange(key, other);
    }
    model.put(key, other);
    return new Effect.Put(key, other);
  }

  private static void compare(
      PendingChanges changes, NavigableMap<Bytes, Bytes> model, Random random) {
    Bytes probe = key(random);
    assertThat(changes.get(probe)).isEqualTo(model.get(probe));
    Bytes start = key(random);
    NavigableMap<Bytes, Bytes> tail = model.tailMap(start, true);
    try (Cursor cursor = changes.cursor(start, null, Cursor.Direction.FORWARD)) {
      assertThat(rest(cursor)).isEqualTo(List.copyOf(tail.entrySet()));
      cursor.seek(probe);
      Bytes from = probe.compareTo(start) < 0 ? start : probe;
      assertThat(rest(cursor)).isEqualTo(List.copyOf(model.tailMap(from, true).entrySet()));
    }
    try (Cursor cursor = changes.cursor(start, null, Cursor.Direction.BACKWARD)) {
      assertThat(rest(cursor)).isEqualTo(List.copyOf(tail.descendingMap().entrySet()));
    }
  }

  private static List<Map.Entry<Bytes, Bytes>> rest(Cursor cursor) {
    List<Map.Entry<Bytes, Bytes>> rows = new ArrayList<>();
    while (cursor.next()) {
      rows.add(Map.entry(cursor.key(), cursor.value()));
    }
    return rows;
  }

  private static Bytes key(Random random) {
    return Bytes.wrap(new byte[] {KeyLayout.ITEM, (byte) random.nextInt(10)});
  }
}
