package dev.holdfast.client.transport;

import dev.holdfast.client.internal.ConnectionLimits;
import java.time.Duration;

/**
 * How a client connects to nodes; every queue has its limit here (invariant 11).
 *
 * @param threads event loop threads shared by all connections; default 1
 * @param connectTimeout for opening a connection; default 1 s
 * @param reconnectDelayMax the longest pause after failed attempts to connect, doubled from 10 ms;
 *     meanwhile requests fail at once as unreachable; default 500 ms
 * @param inFlightMax requests per connection, beyond which callers are throttled; default 8192
 * @param inFlightBytesMax bytes of requests per connection not yet answered; default 64 MiB
 */
public record ConnectionOptions(
    int threads,
    Duration connectTimeout,
    Duration reconnectDelayMax,
    int inFlightMax,
    long inFlightBytesMax) {

  public static ConnectionOptions defaults() {
    return new ConnectionOptions(1, Duration.ofSeconds(1), Duration.ofMillis(500), 8192, 64L << 20);
  }

  ConnectionLimits limits() {
    return new ConnectionLimits(connectTimeout, reconnectDelayMax, inFlightMax, inFlightBytesMax);
  }
}
