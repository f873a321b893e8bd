/**
 * What clients and nodes say to each other: requests, replies, and the four classes of failure.
 *
 * <p>Records only; the bytes are made by {@code protocol.codec}, the connections by the client's
 * and the node's transports.
 */
@NullMarked
package dev.holdfast.protocol.rpc;

import org.jspecify.annotations.NullMarked;
