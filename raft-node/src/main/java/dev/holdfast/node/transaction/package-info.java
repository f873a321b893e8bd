/**
 * Takes transactions through their steps and resolves what their coordinators left behind (design
 * section 7; transactions.md; decision 0015).
 *
 * <p>No threads, clocks or sockets of its own: all of it is in {@link
 * dev.holdfast.node.transaction.TransactionWorld} and the routing port. Owns invariant 6 and the
 * node's half of invariant 5. May import: protocol, client.routing, node.consensus (its port).
 */
@NullMarked
package dev.holdfast.node.transaction;

import org.jspecify.annotations.NullMarked;
