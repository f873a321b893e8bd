/**
 * The Java client of Holdfast: this package is the whole public API; {@link
 * dev.holdfast.client.HoldfastClient} is where to begin.
 *
 * <p>Everything is asynchronous and returns {@link java.util.concurrent.CompletableFuture}; {@link
 * dev.holdfast.client.HoldfastClient#sync} gives the same operations blocking. Futures fail with a
 * {@link dev.holdfast.client.HoldfastException}, whose kinds say what the caller may do.
 */
@NullMarked
package dev.holdfast.client;

import org.jspecify.annotations.NullMarked;
