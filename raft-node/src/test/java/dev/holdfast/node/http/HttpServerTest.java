package dev.holdfast.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server against clients that behave badly, over real sockets. */
@Timeout(30)
class HttpServerTest {
  static final int BODY_BYTES_MAX = 200_000;
  static final Duration LONG = Duration.ofSeconds(50);

  /** Small in numbers, and with more time than a test needs. */
  static final HttpOptions OPTIONS = options(2, LONG, LONG, LONG);

  static HttpOptions options(int loopCount, Duration request, Duration write, Duration idle) {
    return new HttpOptions(
        "127.0.0.1",
        0,
        loopCount,
        8,
        6,
        4,
        4_096,
        BODY_BYTES_MAX,
        2L * BODY_BYTES_MAX,
        1L << 20,
        request,
        write,
        idle,
        Duration.ofSeconds(2));
  }

  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-02T08:09:10.9Z"));

  static final Executor CODERS = task -> new Thread(task, "coders").start();

  private final EchoHandler handler = new EchoHandler();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.start(OPTIONS, handler, new Random(1)::nextLong, CLOCK, CODERS);
  }

  @AfterEach
  void stop() {
    handler.held.forEach(future -> future.complete(EchoHandler.answer(200, "")));
    server.close();
  }

  private Socket connect() throws IOException {
    return connect(server);
  }

  static Socket connect(HttpServer server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  static void send(Socket socket, String text) throws IOException {
    OutputStream output = socket.getOutputStream();
    output.write(text.getBytes(StandardCharsets.US_ASCII));
    output.flush();
  }

  static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: h\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** One response: its status, and its body after a blank. */
  static String read(Socket socket) throws IOException {
    InputStream input = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = input.read();
      if (next < 0) {
        return "closed";
      }
      head.append((char) next);
    }
    String text = head.toString();
    int length = Integer.parseInt(text.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
    String body = new String(input.readNBytes(length), StandardCharsets.US_ASCII);
    return text.split(" ", 3)[1] + " " + body;
  }

  @Test
  void aConnectionServesManyRequestsWithChecksumAndId() throws IOException {
    try (Socket socket = connect()) {
      for (int i = 0; i < 3; i++) {
        send(socket, post("/a", "x".repeat(i)));
        assertThat(read(socket)).isEqualTo("200 /a:" + i);
      }
      send(socket, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(all).containsIgnoringCase("x-amzn-requestid: ").endsWith("\r\n\r\n/:0");
      java.util.zip.CRC32 checksum = new java.util.zip.CRC32();
      checksum.update("/:0".getBytes(StandardCharsets.US_ASCII));
      assertThat(all).containsIgnoringCase("x-amz-crc32: " + checksum.getValue());
    }
  }

  /** In the order and with the names of the service. */
  @Test
  void anAnswerHasTheHeadersOfTheService() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n");
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      String head =
          String.join(
              "\r\n",
              "HTTP/1.1 200 OK",
              "Server: Server",
              "Date: Mon, 02 Nov 2026 08:09:10 GMT",
              "Content-Type: text/plain",
              "Content-Length: 3",
              "Connection: %s",
              "x-amzn-RequestId: ID",
              "x-amz-crc32: 3474994714",
              "",
              "/:0");
      assertThat(all.replaceAll("RequestId: [0-9A-V]{52}\r", "RequestId: ID\r"))
          .isEqualTo(head.formatted("keep-alive") + head.formatted("close"));
    }
  }

  @Test
  void aClientOfHttp10IsClosedUnlessItAsksOtherwise() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "POST /a HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx");
      assertThat(read(socket)).isEqualTo("200 /a:1");
      send(socket, "POST /b HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx");
      assertThat(read(socket)).as("it does not know 100").isEqualTo("200 /b:1");
      assertThat(read(socket)).isEqualTo("closed");
    }
  }

  /** What two readers would divide into requests differently is served as nothing at all. */
  @Test
  void aRequestWithTwoLengthsIsNotServed() throws IOException {
    for (String lengths :
        List.of(
            "Content-Length: 1\r\nContent-Length: 2\r\n",
            "Content-Length: 1, 2\r\n",
            "Content-Length: +1\r\n",
            "Content-Length: -1\r\n")) {
      try (Socket socket = connect()) {
        send(socket, "POST /a HTTP/1.1\r\nHost: h\r\n" + lengths + "\r\nxGET /b");
        assertThat(read(socket)).as(lengths).isEqualTo("400 MALFORMED");
      }
    }
    try (Socket socket = connect()) {
      String lengths = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n";
      send(socket, "POST /a HTTP/1.1\r\nHost: h\r\n" + lengths + "\r\n0\r\n\r\n");
      assertThat(read(socket)).isEqualTo("400 MALFORMED");
    }
  }

  @Test
  void aBodyThatWillNotBeTakenIsRefusedBeforeItIsSent() throws IOException {
    try (Socket socket = connect()) {
      send(
          socket,
          "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: "
              + (BODY_BYTES_MAX + 1)
              + "\r\n\r\n");
      assertThat(read(socket)).isEqualTo("413 BODY_TOO_LARGE");
      assertThat(read(socket)).isEqualTo("closed");
    }
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        Socket socket = connect();
        sockets.add(socket);
        int most = BODY_BYTES_MAX - 1;
        send(
            socket,
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: "
                + BODY_BYTES_MAX
                + "\r\n\r\n"
                + "x".repeat(most));
      }
      await(() -> server.bodyBytesInFlight() >= 2L * (BODY_BYTES_MAX - 1));
      sockets.add(connect());
      send(
          sockets.get(2),
          "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
      assertThat(read(sockets.get(2))).isEqualTo("503 OVERLOADED");
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void theAnswerToHeadHasNoBodyButSaysItsLength() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "HEAD /abc HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(all).startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Length: 6\r\n");
      assertThat(all).endsWith("\r\n\r\n");
    }
  }

  @Test
  void aLargeAnswerArrivesWhole() throws IOException {
    try (Socket socket = connect()) {
      for (int size : List.of(16 << 10, (16 << 10) + 1, 5 << 20)) {
        send(socket, "GET /answer/" + size + " HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(read(socket)).isEqualTo("200 " + "x".repeat(size));
      }
    }
  }

  @Test
  void aClientThatAsksWhetherItMaySendItsBodyIsToldTo() throws IOException {
    try (Socket socket = connect()) {
      send(
          socket,
          "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      String expected = "HTTP/1.1 100 Continue\r\n\r\n";
      byte[] interim = socket.getInputStream().readNBytes(expected.length());
      assertThat(new String(interim, StandardCharsets.US_ASCII)).isEqualTo(expected);

      send(socket, "ab");
      assertThat(read(socket)).isEqualTo("200 /a:2");
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (Socket socket = connect()) {
      send(socket, post("/hold/1", "a") + post("/2", "bb") + post("/3", "ccc"));
      awaitHeld(1);
      handler.held.remove().complete(EchoHandler.answer(200, ""));

      assertThat(List.of(read(socket), read(socket), read(socket)))
          .containsExactly("200 /hold/1:1", "200 /2:2", "200 /3:3");
    }
  }

  @Test
  void aBodyMayComeInChunksAndInPieces() throws IOException {
    try (Socket socket = connect()) {
      send(
          socket,
          "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
      send(socket, "3\r\nyou\r\n0\r\n\r\n");
      assertThat(read(socket)).isEqualTo("200 /c:8");
    }
  }

  @Test
  void whatIsTooLargeOrMalformedIsRefusedWithAnAnswer() throws IOException {
    try (Socket socket = connect()) {
      send(socket, post("/big", "x".repeat(BODY_BYTES_MAX + 1)));
      assertThat(read(socket)).isEqualTo("413 BODY_TOO_LARGE");
    }
    try (Socket socket = connect()) {
      send(socket, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 30; i++) {
        send(socket, "2710\r\n" + "x".repeat(10_000) + "\r\n");
      }
      send(socket, "0\r\n\r\n");
      assertThat(read(socket)).isEqualTo("413 BODY_TOO_LARGE");
    }
    try (Socket socket = connect()) {
      send(socket, "GET / HTTP/1.1\r\nX: " + "y".repeat(5_000) + "\r\n\r\n");
      assertThat(read(socket)).isEqualTo("431 HEADERS_TOO_LARGE");
    }
    try (Socket socket = connect()) {
      send(socket, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: abc\r\n\r\n");
      assertThat(read(socket)).isEqualTo("400 MALFORMED");
    }
  }

  /** What is announced is not reserved: else a few heads would keep all others out. */
  @Test
  void aBodyThatIsOnlyAnnouncedHoldsNothing() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        Socket socket = connect();
        sockets.add(socket);
        send(
            socket,
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + BODY_BYTES_MAX + "\r\n\r\nx");
      }
      await(() -> server.bodyBytesInFlight() >= 6);
      assertThat(server.bodyBytesInFlight()).isEqualTo(6);
      sockets.add(connect());
      send(sockets.get(6), post("/b", "y".repeat(BODY_BYTES_MAX)));
      assertThat(read(sockets.get(6))).isEqualTo("200 /b:" + BODY_BYTES_MAX);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    await(() -> server.bodyBytesInFlight() == 0);
  }

  @Test
  void aRefusalAfterAHeadHasABody() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "HEAD /abc HTTP/1.1\r\nHost: h\r\n\r\n");
      send(socket, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999\r\n\r\n");
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(all).endsWith("\r\n\r\nBODY_TOO_LARGE");
    }
  }

  @Test
  void aFailingHandlerIsAnswered500AndTheConnectionLivesOn() throws IOException {
    try (Socket socket = connect()) {
      send(socket, post("/fail", ""));
      assertThat(read(socket)).isEqualTo("500 FAILED");
      send(socket, post("/fine", ""));
      assertThat(read(socket)).isEqualTo("200 /fine:0");
    }
  }

  @Test
  void anErrorOfTheHandlerLeavesNothingBehind() throws IOException {
    try (Socket socket = connect()) {
      for (int i = 0; i < 10; i++) { // more than may be served at once
        send(socket, post("/error", "x".repeat(BODY_BYTES_MAX)));
        assertThat(read(socket)).isEqualTo("500 FAILED");
      }
      send(socket, post("/fine", ""));
      assertThat(read(socket)).isEqualTo("200 /fine:0");
      assertThat(server.bodyBytesInFlight()).isZero();
      assertThat(server.requestCount()).isZero();
    }
  }

  @Test
  void tooManyRequestsAndConnectionsAreTurnedAway() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        sockets.add(connect());
        send(sockets.get(i), post("/hold", ""));
      }
      awaitHeld(6);
      sockets.add(connect());
      send(sockets.get(6), post("/one-too-many", ""));
      assertThat(read(sockets.get(6))).isEqualTo("503 OVERLOADED");
      sockets.add(connect());
      sockets.add(connect());
      assertThat(read(sockets.get(8))).isEqualTo("503 OVERLOADED");
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Two answers of another connection on the same loop: whatever came before has been seen. */
  @Test
  void aClientThatClosesItsHalfStillGetsItsAnswer() throws Exception {
    try (HttpServer oneLoop =
            HttpServer.start(
                options(1, LONG, LONG, LONG), handler, new Random(1)::nextLong, CLOCK, CODERS);
        Socket socket = connect(oneLoop);
        Socket other = connect(oneLoop)) {
      send(socket, post("/hold", "a"));
      awaitHeld(1);
      socket.shutdownOutput();
      for (int i = 0; i < 2; i++) {
        send(other, post("/b", ""));
        assertThat(read(other)).isEqualTo("200 /b:0");
      }
      handler.held.remove().complete(EchoHandler.answer(200, ""));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(all).contains("Connection: close").endsWith("\r\n\r\n/hold:1");
    }
  }

  @Test
  void stoppingLetsARequestInFlightEnd() throws Exception {
    try (Socket socket = connect()) {
      send(socket, post("/hold", ""));
      awaitHeld(1);
      Thread stopper = new Thread(server::close);
      stopper.start();
      awaitWithinGrace(stopper);
      assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
      handler.held.remove().complete(EchoHandler.answer(200, ""));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(all).contains("Connection: close").endsWith("\r\n\r\n/hold:0");
      stopper.join();
    }
  }

  /** It has told all connections, and waits with a limit for them to end. */
  static void awaitWithinGrace(Thread stopper) {
    await(() -> stopper.getState() == Thread.State.TIMED_WAITING);
  }

  private void awaitHeld(int count) {
    await(() -> handler.held.size() >= count);
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
