package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.spi.StateMachineFactory;

/** Where the state of a replica comes from: the meta group's, and that of partitions of items. */
public record StateMachineFactories(StateMachineFactory meta, StateMachineFactory data) {
  StateMachineFactory of(PartitionId partition) {
    return partition.isMeta() ? meta : data;
  }
}
