package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.RouterWorld;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What transactions need of the world. Thread-safe.
 *
 * @param router monotonic time, timers and randomness, as the router has them
 * @param timeMicros since the epoch; within the clocks' bound of the stamps of any partition (R12)
 *     unless {@code astray}
 * @param astray whether that time is not the other nodes': then no deadline must be made of it
 */
public record TransactionWorld(
    RouterWorld router, LongSupplier timeMicros, BooleanSupplier astray) {}
