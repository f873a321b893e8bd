package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.RouterWorld;
import java.util.function.LongSupplier;

/**
 * What transactions need of the world. Thread-safe.
 *
 * @param router monotonic time, timers and randomness, as the router has them
 * @param wallMicros since the epoch; within the clocks' bound of the stamps of any partition (R12)
 */
public record TransactionWorld(RouterWorld router, LongSupplier wallMicros) {}
