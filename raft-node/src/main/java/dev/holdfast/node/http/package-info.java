/**
 * The HTTP/1.1 server: framing, limits, time-outs, back-pressure, clean stop. Owns invariant 11 for
 * connections and request bodies. Knows nothing of DynamoDB but the headers every answer carries;
 * what requests mean is behind the {@link dev.holdfast.node.http.HttpHandler} port.
 *
 * <p>May import Netty and {@code protocol.model}.
 */
@NullMarked
package dev.holdfast.node.http;

import org.jspecify.annotations.NullMarked;
