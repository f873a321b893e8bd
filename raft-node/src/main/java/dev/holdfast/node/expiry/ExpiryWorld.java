package dev.holdfast.node.expiry;

import dev.holdfast.client.routing.RouterWorld;
import java.util.function.LongSupplier;

/**
 * What this package needs of the world. Thread-safe.
 *
 * @param router monotonic time, timers and randomness, as the router has them
 * @param timeMicros since the epoch; within the clocks' bound of the stamps of any partition
 */
public record ExpiryWorld(RouterWorld router, LongSupplier timeMicros, ExpiryListener listener) {}
