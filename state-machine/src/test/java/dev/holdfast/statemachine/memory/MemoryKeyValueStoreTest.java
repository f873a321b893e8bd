package dev.holdfast.statemachine.memory;

import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.KeyValueStoreContract;
import java.nio.file.Path;

class MemoryKeyValueStoreTest extends KeyValueStoreContract {
  @Override
  protected KeyValueStore open(Path storeDirectory) {
    return MemoryKeyValueStore.open(storeDirectory);
  }
}
