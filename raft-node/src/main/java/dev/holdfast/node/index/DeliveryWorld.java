package dev.holdfast.node.index;

import dev.holdfast.client.routing.RouterWorld;
import java.util.function.LongSupplier;

/**
 * What deliveries need of the world. Thread-safe.
 *
 * @param router monotonic time, timers and randomness, as the router has them
 * @param timeMicros since the epoch; within the clocks' bound of the stamps of any partition
 */
public record DeliveryWorld(
    RouterWorld router, LongSupplier timeMicros, DeliveryListener listener) {}
