package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The real state, of whichever node the directory belongs to: {@code <node>/<partition>/state}.
 *
 * @param damage gets what must not happen
 */
record RealState(RocksEnvironment rocks, List<String> damage) implements StateMachineFactory {
  private ReplicaFactory of(Path state) {
    ReplicaOptions options =
        new ReplicaOptions(
            WindowLimits.DEFAULT,
            (message, cause) -> {
              damage.add(message);
              return new IllegalStateException(message, cause);
            },
            (partition, index, proposed, own) -> damage.add("digest at " + index),
            new SeedDirectory(state.resolve("../..").normalize()));
    return new ReplicaFactory(rocks, new TransactionDecider(), new TransactionReader(), options);
  }

  @Override
  public ReplicatedStateMachine open(ClusterMap.Partition partition, Path state) {
    return of(state).open(partition, state);
  }

  @Override
  public Optional<ClusterMap.Partition> seededFor(Path state) {
    return of(state).seededFor(state);
  }
}
