package dev.holdfast.statemachine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A memory says what the store would say, or nothing; however long it has followed the store. */
class RowMemoryProperties {
  private static final byte KIND = KeyLayout.TOKEN;

  @Property(tries = 300)
  void theLastRowsAreThoseOfTheStore(@ForAll long seed) {
    follow(new Random(seed), store -> LastRows.load(store, KIND, 5));
  }

  @Property(tries = 300)
  void recentRowsAreThoseOfTheStore(@ForAll long seed) {
    follow(new Random(seed), store -> new RecentRows(5));
  }

  @Property(tries = 300)
  void aKeyThatWasNotSeenIsNotInTheStore(@ForAll long seed) {
    follow(new Random(seed), store -> SeenKeys.load(store, KIND));
  }

  private static void follow(Random random, Function<KeyValueStore, RowMemory> load) {
    KeyValueStore store = MemoryKeyValueStore.open(Path.of("nowhere"));
    change(store, null, random, random.nextInt(20));
    RowMemory memory = load.apply(store);
    for (int i = 0; i < 30; i++) {
      change(store, memory, random, 1);
      Bytes probe = key(random);
      RowMemory.Known known = memory.get(probe);
      if (known != null) {
        assertThat(known.value()).isEqualTo(store.get(probe));
      } else {
        memory.fetched(probe, store.get(probe));
      }
    }
  }

  private static void change(
      KeyValueStore store, @Nullable RowMemory memory, Random random, int count) {
    for (int i = count; i > 0; i--) {
      Bytes key = key(random);
      Bytes other = key(random);
      try (WriteBatch batch = store.newBatch()) {
        int kind = random.nextInt(6);
        if (kind == 0 && key.compareTo(other) < 0) {
          batch.deleteRange(key, other);
          batch.commit();
          if (memory != null) {
            memory.deleteRange(key, other);
          }
        } else if (kind < 3) {
          batch.delete(key);
          batch.commit();
          if (memory != null) {
            memory.delete(key);
          }
        } else {
          batch.put(key, other);
          batch.commit();
          if (memory != null) {
            memory.put(key, other);
          }
        }
      }
    }
  }

  /** Few numbers and few keys of each, so that rows are met again; some of them large. */
  private static Bytes key(Random random) {
    Bytes key = KeyLayout.key(KIND, random.nextInt(4));
    return key.concat(Bytes.wrap(new byte[] {(byte) random.nextInt(6)}));
  }

  @Test
  void whatWasWrittenSinceIsAnsweredWithoutTheStore() {
    KeyValueStore store = MemoryKeyValueStore.open(Path.of("nowhere"));
    RowMemory last = LastRows.load(store, KIND, 2);
    RowMemory seen = SeenKeys.load(store, KIND);

    for (int i = 0; i < 3; i++) {
      last.put(KeyLayout.key(KIND, i), Bytes.utf8("v" + i));
      seen.put(KeyLayout.key(KIND, i), Bytes.utf8("v" + i));
    }

    assertThat(last.get(KeyLayout.key(KIND, 0))).isNull(); // made room
    assertThat(last.get(KeyLayout.key(KIND, 2))).isEqualTo(new RowMemory.Known(Bytes.utf8("v2")));
    assertThat(last.get(KeyLayout.key(KIND, 3))).isEqualTo(RowMemory.Known.ABSENT);
    assertThat(seen.get(KeyLayout.key(KIND, 1))).isNull();
    assertThat(seen.get(KeyLayout.key(KIND, 3))).isEqualTo(RowMemory.Known.ABSENT);
  }

  @Test
  void aLargeRowIsLeftToTheStore() {
    RowMemory last = LastRows.load(MemoryKeyValueStore.open(Path.of("nowhere")), KIND, 2);

    last.put(KeyLayout.key(KIND, 1), Bytes.wrap(new byte[RowMemory.VALUE_BYTES_MAX + 1]));

    assertThat(last.get(KeyLayout.key(KIND, 1))).isNull();
  }

  @Test
  void aFilterThatGrowsForgetsNoKeyAndTakesFewForItsOwn() {
    KeyFilter filter = new KeyFilter();
    int count = 300_000;
    for (int i = 0; i < count; i++) {
      filter.add(Bytes.utf8("in-" + i));
    }

    int taken = 0;
    for (int i = 0; i < count; i++) {
      assertThat(filter.mayContain(Bytes.utf8("in-" + i))).isTrue();
      taken += filter.mayContain(Bytes.utf8("out-" + i)) ? 1 : 0;
    }
    assertThat(taken).isLessThan(count / 50);
  }
}
