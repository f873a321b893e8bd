package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.StorageException;
import dev.holdfast.statemachine.storage.StoreOpener;
import java.nio.file.Path;
import java.util.Optional;

/** Opens replicas whose commands mean what the decider says, in stores that the opener opens. */
public final class ReplicaFactory implements StateMachineFactory {
  private final StoreOpener stores;
  private final Decider decider;
  private final StateReader reader;
  private final ReplicaOptions options;
  private final Inheritance inheritance = new Inheritance();

  public ReplicaFactory(
      StoreOpener stores, Decider decider, StateReader reader, ReplicaOptions options) {
    this.stores = stores;
    this.decider = decider;
    this.reader = reader;
    this.options = options;
  }

  @Override
  public Optional<ClusterMap.Partition> seededFor(Path directory) {
    return Seed.in(directory).map(Header::partition);
  }

  @Override
  public void verify(Path file) {
    stores.verify(file);
  }

  @Override
  public ReplicatedStateMachine open(ClusterMap.Partition partition, Path directory) {
    KeyValueStore store = stores.open(directory);
    try {
      return Replica.open(
          store,
          partition,
          directory,
          new Replica.Semantics(decider, reader),
          options,
          inheritance);
    } catch (RuntimeException e) {
      try {
        store.abandon();
      } catch (StorageException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }
}
