package dev.holdfast.statemachine.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.Cursor.Direction;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.KeyValueStoreContract;
import dev.holdfast.statemachine.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RocksKeyValueStoreTest extends KeyValueStoreContract {
  private static RocksEnvironment environment;

  @BeforeAll
  static void createEnvironment() {
    environment = new RocksEnvironment(RocksOptions.DEFAULT);
  }

  @AfterAll
  static void closeEnvironment() {
    environment.close();
  }

  @Override
  protected KeyValueStore open(Path storeDirectory) {
    return environment.open(storeDirectory);
  }

  @Test
  void closingKeepsWhatWasCommittedAndAbandoningLosesWhatWasNotFlushed() {
    Path path = directory.resolve("store");
    put("flushed");
    store.flush();
    put("lost");
    store.abandon();

    store = open(path);
    assertThat(keys(store, "a", "z", Direction.FORWARD)).containsExactly("flushed");
    put("kept");
    store.close();

    store = open(path);
    assertThat(keys(store, "a", "z", Direction.FORWARD)).containsExactly("flushed", "kept");
  }

  @Test
  void closingWaitsForNobodyWhenSnapshotsAreClosed() {
    put("a");
    store.snapshot().close();
    try (Cursor cursor = store.cursor(key("a"), null, Direction.FORWARD)) {
      assertThat(cursor.next()).isTrue();
    }
    store.close();
  }

  @Test
  void aStoreInUseIsRefusedWithOneLine() {
    assertThatThrownBy(() -> open(directory.resolve("store")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot open the store in")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aDamagedTableFileIsFoundWhenItIsRead() throws IOException {
    damageTableFiles(30);

    assertThatThrownBy(
            () -> {
              store = open(directory.resolve("store"));
              store.get(key("k5"));
              keys(store, "a", "z", Direction.FORWARD);
            })
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("Corruption")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aCutTableFileIsFoundWhenTheStoreIsOpened() throws IOException {
    for (Path file : flushedTableFiles()) {
      Files.write(file, new byte[0]);
    }

    assertThatThrownBy(() -> open(directory.resolve("store")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot open the store in")
        .hasMessageContaining("Corruption");
  }

  private void damageTableFiles(int at) throws IOException {
    for (Path file : flushedTableFiles()) {
      byte[] content = Files.readAllBytes(file);
      content[at] ^= 0x55;
      Files.write(file, content);
    }
  }

  private List<Path> flushedTableFiles() throws IOException {
    for (int i = 0; i < 10; i++) {
      put("k" + i);
    }
    store.close();
    try (Stream<Path> files = Files.list(directory.resolve("store"))) {
      List<Path> tables = files.filter(file -> file.toString().endsWith(".sst")).toList();
      assertThat(tables).isNotEmpty();
      return tables;
    }
  }
}
