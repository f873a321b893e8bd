package dev.holdfast.node.consensus;

import java.util.concurrent.Executor;

/**
 * What all replicas of a node share.
 *
 * @param flusher for what waits for the disk; one thread
 */
record ReplicaParts(
    ConsensusOptions options,
    ConsensusWorld world,
    StateMachineFactories factories,
    Executor flusher) {}
