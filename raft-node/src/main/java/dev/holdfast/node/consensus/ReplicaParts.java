package dev.holdfast.node.consensus;

/** What all replicas of a node share. */
record ReplicaParts(
    ConsensusOptions options, ConsensusWorld world, StateMachineFactories factories) {}
