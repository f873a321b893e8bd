/**
 * Connections to nodes over the native protocol: what the client and every node's gateway hand to
 * the router. The Netty code itself is in {@code client.internal}.
 */
@NullMarked
package dev.holdfast.client.transport;

import org.jspecify.annotations.NullMarked;
