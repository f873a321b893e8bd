/**
 * A network between the nodes that can be broken: every connection between two of them goes through
 * a proxy of ours, which may hold what it carries, delay it, or lose it and send it again late, as
 * TCP does with what packets it loses.
 *
 * <p>Knows nodes as numbers, and finds out by {@code /proc} which of them has opened a connection,
 * so it needs Linux.
 */
@NullMarked
package dev.holdfast.jepsen.network;

import org.jspecify.annotations.NullMarked;
