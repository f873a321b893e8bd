package dev.holdfast.statemachine;

import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.storage.StoreOpener;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionReader;

/** Factories for the replicas of partitions that hold items. */
public final class PartitionStateMachines {
  private PartitionStateMachines() {}

  /** On disk; the environment outlives every replica opened. */
  public static StateMachineFactory rocksdb(RocksEnvironment environment, ReplicaOptions options) {
    return in(environment, options);
  }

  /** In memory, for tests: only checkpoints outlive a replica. */
  public static StateMachineFactory inMemory(ReplicaOptions options) {
    return in(MemoryKeyValueStore::open, options);
  }

  private static StateMachineFactory in(StoreOpener stores, ReplicaOptions options) {
    return new ReplicaFactory(stores, new TransactionDecider(), new TransactionReader(), options);
  }
}
