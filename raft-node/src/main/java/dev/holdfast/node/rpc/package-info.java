/**
 * Serves the native protocol: frames in, questions to the local node, frames out. With {@code
 * node.http} and the client's transport it alone sees Netty (rule D2). Owns the server's side of
 * invariant 11: connections, frames and what is in flight are bounded.
 */
@NullMarked
package dev.holdfast.node.rpc;

import org.jspecify.annotations.NullMarked;
