package dev.holdfast.node.rpc;

import java.time.Duration;

/**
 * How the native server listens and what it takes at most (invariant 11).
 *
 * @param host address to bind; loopback unless told otherwise
 * @param port 0 for any free one
 * @param threads event loop threads; default 2
 * @param connectionsMax further ones are closed at once; default 4096
 * @param inFlightMax requests of one connection being served, beyond which it is not read; default
 *     8192
 * @param inFlightBytesMax their bytes, beyond which it is not read; default 32 MiB, more than the
 *     largest frame
 * @param totalBytesMax the same of all connections together, beyond which requests are throttled;
 *     default 128 MiB, so that a node with a 512 MiB heap survives it
 * @param unsentBytesMax replies of one connection that wait to be sent, beyond which it is not
 *     read; default 16 MiB
 * @param stopTimeout how long stopping waits for what is in flight; default 1 s
 */
public record NativeServerOptions(
    String host,
    int port,
    int threads,
    int connectionsMax,
    int inFlightMax,
    long inFlightBytesMax,
    long totalBytesMax,
    int unsentBytesMax,
    Duration stopTimeout) {

  public static NativeServerOptions at(String host, int port) {
    return new NativeServerOptions(
        host, port, 2, 4096, 8192, 32L << 20, 128L << 20, 16 << 20, Duration.ofSeconds(1));
  }
}
