package dev.holdfast.node.consensus;

import dev.holdfast.statemachine.spi.FaultHandler;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What a node's consensus takes from outside.
 *
 * @param time of stamps; told by the consensus of the other nodes' clocks
 * @param executor runs timers and the reads that had to wait; owned by the caller, at least two
 *     threads
 * @param transactions knows what became of attempts whose intents are met
 */
public record ConsensusWorld(
    ConsensusClock clock,
    ClusterTime time,
    ScheduledExecutorService executor,
    FaultHandler faults,
    ConsensusListener listener,
    Transactions transactions) {}
