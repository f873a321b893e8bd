package dev.holdfast.node.http;

import static dev.holdfast.node.http.HttpServerTest.LONG;
import static dev.holdfast.node.http.HttpServerTest.await;
import static dev.holdfast.node.http.HttpServerTest.options;
import static dev.holdfast.node.http.HttpServerTest.read;
import static dev.holdfast.node.http.HttpServerTest.send;
import static dev.holdfast.node.http.RawHttp2.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.http.RawHttp2.Frame;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients that are too slow, over real sockets; in each test one limit alone is short, and what
 * lasts no longer than that is not looked for.
 */
@Timeout(60)
class HttpTimeoutsTest {
  private static final int NO_ERROR = 0;
  private static final int CANCEL = 8;
  private static final int MORE_THAN_SOCKETS_HOLD = 40_000_000;
  private static final long STOP_MILLIS_MAX = 20_000; // Netty's own farewell would take 30 s
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final HttpOptions REQUESTS = options(2, SHORT, LONG, LONG);
  private static final HttpOptions WRITES = options(2, LONG, SHORT, LONG);
  private static final HttpOptions IDLENESS = options(2, LONG, LONG, SHORT);

  private final EchoHandler handler = new EchoHandler();

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  private void start(HttpOptions options) throws IOException {
    server =
        HttpServer.start(
            options, handler, new Random(1)::nextLong, HttpServerTest.CLOCK, HttpServerTest.CODERS);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Socket connect() throws IOException {
    return HttpServerTest.connect(server);
  }

  private RawHttp2 connectHttp2(int... settings) throws IOException {
    return new RawHttp2(server.address().getPort(), settings);
  }

  @Test
  void aBodyThatDoesNotComeIsGivenUp() throws IOException {
    start(REQUESTS);
    try (Socket socket = connect()) {
      send(socket, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf");
      assertThat(read(socket)).isEqualTo("408 TOO_SLOW");
      assertThat(read(socket)).isEqualTo("closed");
    }
    assertThat(server.bodyBytesInFlight()).isZero();
  }

  @Test
  void aBodyThatDoesNotComeByHttp2IsGivenUp() throws IOException {
    start(REQUESTS);
    try (RawHttp2 client = connectHttp2()) {
      client.head(1, 0, "POST", "/a");
      client.data(1, 0, 10);
      assertThat(client.answer(1)).isEqualTo("408 TOO_SLOW");
    }
    await(() -> server.connectionCount() == 0);
    assertThat(server.bodyBytesInFlight()).isZero();
  }

  @Test
  void aHeadOrAPrefaceThatStopsHalfwayIsGivenUp() throws IOException {
    start(REQUESTS);
    for (String half : new String[] {"POST / HT", "PRI * HTTP/2.0\r\n\r\n"}) {
      try (Socket socket = connect()) {
        send(socket, half);
        assertThat(read(socket)).isEqualTo("408 TOO_SLOW");
      }
    }
  }

  @Test
  void anIdleConnectionIsClosed() throws IOException {
    start(IDLENESS);
    try (Socket socket = connect()) {
      assertThat(read(socket)).isEqualTo("closed");
    }
  }

  @Test
  void anIdleConnectionByHttp2IsToldGoodbye() throws IOException {
    start(IDLENESS);
    try (RawHttp2 client = connectHttp2()) {
      Frame farewell = client.next();
      assertThat(farewell.type()).isEqualTo(RawHttp2.GOAWAY);
      assertThat(farewell.error()).isEqualTo(NO_ERROR);
      assertThat(client.next()).isEqualTo(Frame.CLOSED);
    }
  }

  @Test
  void aClientThatDoesNotReadIsDisconnected() throws IOException {
    start(WRITES);
    try (Socket socket = connect()) {
      send(socket, "GET /answer/" + MORE_THAN_SOCKETS_HOLD + " HTTP/1.1\r\nHost: h\r\n\r\n");
      awaitTheEndOfADeafClient();
      assertThat(read(socket)).hasSizeBetween(1_000, MORE_THAN_SOCKETS_HOLD - 1);
    }
  }

  @Test
  void aClientThatDoesNotReadByHttp2IsDisconnected() throws IOException {
    start(WRITES);
    try (RawHttp2 deaf = connectHttp2(RawHttp2.INITIAL_WINDOW, Integer.MAX_VALUE)) {
      deaf.openWindows();
      deaf.get(1, "/answer/" + MORE_THAN_SOCKETS_HOLD);
      awaitTheEndOfADeafClient();
      assertThat(deaf.answer(1))
          .startsWith("200 xxx")
          .endsWith("xclosed")
          .hasSizeLessThan(MORE_THAN_SOCKETS_HOLD);
    }
  }

  private void awaitTheEndOfADeafClient() {
    await(() -> handler.askedCount.get() == 1);
    await(() -> server.connectionCount() == 0);
    await(() -> server.unsentBytes() == 0);
  }

  @Test
  void anAnswerThatIsNotTakenIsGivenUp() throws IOException {
    start(WRITES);
    try (RawHttp2 deaf = connectHttp2(RawHttp2.INITIAL_WINDOW, 0)) {
      deaf.get(1, "/answer/200000");
      assertThat(deaf.answer(1)).isEqualTo("200 reset " + CANCEL);
      await(() -> server.unsentBytes() == 0);
      deaf.head(3, END_STREAM, "HEAD", "/a");
      assertThat(deaf.answer(3)).isEqualTo("200 ");
    }
  }

  /**
   * Answers without a body have no window: nothing but the socket holds them back. As many wait as
   * the connection has streams.
   */
  @ParameterizedTest
  @CsvSource({"HEAD,/a", "OPTIONS,/answer/0"})
  void aFloodOfRequestsWhoseAnswersAreNotReadEndsTheConnection(String method, String path)
      throws Exception {
    start(WRITES);
    AtomicLong mostUnsent = new AtomicLong();
    handler.whenAsked = () -> mostUnsent.accumulateAndGet(server.unsentBytes(), Math::max);
    try (RawHttp2 deaf = connectHttp2()) {
      Thread flood =
          new Thread(
              () -> {
                try {
                  for (int streamId = 1; streamId > 0; streamId += 2) {
                    deaf.head(streamId, END_STREAM, method, path);
                  }
                } catch (IOException e) {
                  return; // it has had enough
                }
              });
      flood.start();
      flood.join();
    }
    assertThat(mostUnsent.get()).isBetween(1L << 10, WRITES.streamCountMax() * (2L << 10));
    await(() -> server.connectionCount() == 0);
    await(() -> server.unsentBytes() == 0);
    assertThat(server.requestCount()).isZero();
  }

  /** There is no room for a farewell, and nobody waits for the answer to one. */
  @Test
  void aStopDoesNotWaitForAClientThatDoesNotRead() throws Exception {
    start(HttpServerTest.OPTIONS);
    try (RawHttp2 deaf = connectHttp2(RawHttp2.INITIAL_WINDOW, Integer.MAX_VALUE)) {
      deaf.openWindows();
      deaf.get(1, "/answer/" + MORE_THAN_SOCKETS_HOLD);
      await(() -> server.unsentBytes() > MORE_THAN_SOCKETS_HOLD);
      Thread stopper = new Thread(server::close);
      stopper.start();
      stopper.join(STOP_MILLIS_MAX);
      assertThat(stopper.isAlive()).isFalse();
      assertThat(server.connectionCount()).isZero();
      assertThat(server.unsentBytes()).isZero();
    }
  }
}
