/**
 * The HTTP server: framing, limits, time-outs, back-pressure, compression, clean stop. Owns
 * invariant 11 for connections and request bodies. Knows nothing of DynamoDB but the headers every
 * answer carries; what requests mean is behind the {@link dev.holdfast.node.http.HttpHandler} port.
 *
 * <p>{@code ProtocolChoice} looks at a connection's first bytes. {@code Connection} is one of
 * HTTP/1.1, {@code Http2Requests} one of HTTP/2; both have complete requests answered by {@code
 * RequestService}.
 *
 * <p>May import Netty and {@code protocol.model}.
 */
@NullMarked
package dev.holdfast.node.http;

import org.jspecify.annotations.NullMarked;
