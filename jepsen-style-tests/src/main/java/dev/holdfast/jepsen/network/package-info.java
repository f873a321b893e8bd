/**
 * A network between the nodes that can be broken, in one of two ways: every connection between two
 * of them goes through a proxy of ours, which may hold what it carries, delay it, or lose it and
 * send it again late, as TCP does with what packets it loses; or each node is in a network
 * namespace of its own, and a link that is cut loses packets.
 *
 * <p>Knows nodes as numbers. Needs Linux: proxies find out by {@code /proc} which node has opened a
 * connection.
 */
@NullMarked
package dev.holdfast.jepsen.network;

import org.jspecify.annotations.NullMarked;
