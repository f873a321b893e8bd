package dev.holdfast.node.http;

import java.time.Duration;

/**
 * Limits of the HTTP server (invariant 11).
 *
 * @param host address to bind; default 127.0.0.1
 * @param port 0 picks a free one
 * @param eventLoopCount threads that read, parse, call the handler, and write; default 2
 * @param connectionCountMax further ones are answered 503 and closed; default 10,000
 * @param requestCountMax requests being served at once; default 4,096. Of pipelined ones, sixteen
 *     times as many messages may wait for their turn
 * @param streamCountMax requests at once of one HTTP/2 connection; default 128
 * @param headerBytesMax of the request line, and again of the headers; default 16 KiB each
 * @param bodyBytesMax of one request; default 16 MiB, DynamoDB's limit
 * @param bodyBytesInFlightMax of all requests together, at least {@code bodyBytesMax}; default 96
 *     MiB, so that a node with a 512 MiB heap survives it
 * @param unsentBytesMax of answers that wait for their clients; beyond it, those that have kept
 *     them waiting longest are disconnected; default 64 MiB. A quarter of it may wait to be
 *     compressed
 * @param requestTimeout from the first bytes of a request's head to the end of its head, and from
 *     there to the end of its body; default 20 s
 * @param writeTimeout for a client to take an answer; default 30 s
 * @param idleTimeout between requests, after which a connection is closed; longer than the 60 s for
 *     which SDKs keep idle connections; default 120 s
 * @param stopGrace how long a stop waits for requests in flight; default 5 s
 */
public record HttpOptions(
    String host,
    int port,
    int eventLoopCount,
    int connectionCountMax,
    int requestCountMax,
    int streamCountMax,
    int headerBytesMax,
    int bodyBytesMax,
    long bodyBytesInFlightMax,
    long unsentBytesMax,
    Duration requestTimeout,
    Duration writeTimeout,
    Duration idleTimeout,
    Duration stopGrace) {

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  public HttpOptions {
    if (eventLoopCount < 1 || connectionCountMax < 1 || requestCountMax < 1 || streamCountMax < 1) {
      throw new IllegalArgumentException("counts must be at least 1");
    }
    if (headerBytesMax < KIB || bodyBytesMax < 1 || bodyBytesInFlightMax < bodyBytesMax) {
      throw new IllegalArgumentException("one request must fit into the bytes in flight");
    }
  }

  /** The defaults, on loopback. */
  public static HttpOptions onPort(int port) {
    return new HttpOptions(
        "127.0.0.1",
        port,
        2,
        10_000,
        4_096,
        128,
        16 * KIB,
        16 * MIB,
        96L * MIB,
        64L * MIB,
        Duration.ofSeconds(20),
        Duration.ofSeconds(30),
        Duration.ofSeconds(120),
        Duration.ofSeconds(5));
  }

  public HttpOptions withLimits(int newConnectionCountMax, Duration newRequestTimeout) {
    return new HttpOptions(
        host,
        port,
        eventLoopCount,
        newConnectionCountMax,
        requestCountMax,
        streamCountMax,
        headerBytesMax,
        bodyBytesMax,
        bodyBytesInFlightMax,
        unsentBytesMax,
        newRequestTimeout,
        writeTimeout,
        idleTimeout,
        stopGrace);
  }

  public HttpOptions withHost(String newHost) {
    return new HttpOptions(
        newHost,
        port,
        eventLoopCount,
        connectionCountMax,
        requestCountMax,
        streamCountMax,
        headerBytesMax,
        bodyBytesMax,
        bodyBytesInFlightMax,
        unsentBytesMax,
        requestTimeout,
        writeTimeout,
        idleTimeout,
        stopGrace);
  }
}
