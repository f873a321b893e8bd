package dev.holdfast.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server against clients that behave badly, over real sockets. */
@Timeout(30)
class HttpServerTest {
  private static final int BODY_BYTES_MAX = 200_000;
  private static final HttpOptions OPTIONS =
      new HttpOptions(
          "127.0.0.1",
          0,
          2,
          8,
          6,
          4_096,
          BODY_BYTES_MAX,
          2L * BODY_BYTES_MAX,
          1L << 20,
          Duration.ofMillis(400),
          Duration.ofMillis(400),
          Duration.ofMillis(800),
          Duration.ofSeconds(2));

  private final Echo handler = new Echo();
  private HttpServer server;

  /** Answers {@code path:size of body}; paths under /hold wait until they are released. */
  private static final class Echo implements HttpHandler {
    final ConcurrentLinkedQueue<CompletableFuture<HttpAnswer>> held = new ConcurrentLinkedQueue<>();

    @Override
    public CompletionStage<HttpAnswer> handle(HttpCall call) {
      if (call.target().equals("/fail")) {
        throw new IllegalStateException("a bug");
      }
      if (call.target().startsWith("/answer/")) {
        int size = Integer.parseInt(call.target().substring("/answer/".length()));
        return CompletableFuture.completedFuture(answer(200, "x".repeat(size)));
      }
      HttpAnswer answer = answer(200, call.target() + ":" + call.body().size());
      if (!call.target().startsWith("/hold")) {
        return CompletableFuture.completedFuture(answer);
      }
      CompletableFuture<HttpAnswer> future = new CompletableFuture<>();
      held.add(future);
      return future.thenApply(ignored -> answer);
    }

    @Override
    public HttpAnswer refuse(Refusal refusal) {
      int status =
          switch (refusal) {
            case MALFORMED -> 400;
            case HEADERS_TOO_LARGE -> 431;
            case BODY_TOO_LARGE -> 413;
            case TOO_SLOW -> 408;
            case OVERLOADED -> 503;
            case FAILED -> 500;
          };
      return answer(status, refusal.name());
    }

    static HttpAnswer answer(int status, String text) {
      return new HttpAnswer(status, "text/plain", Bytes.utf8(text));
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.start(OPTIONS, handler, new Random(1)::nextLong);
  }

  @AfterEach
  void stop() {
    handler.held.forEach(future -> future.complete(Echo.answer(200, "")));
    server.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream output = socket.getOutputStream();
    output.write(text.getBytes(StandardCharsets.US_ASCII));
    output.flush();
  }

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: h\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** One response: its status, and its body after a blank. */
  private static String read(Socket socket) throws IOException {
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

  @Test
  void theAnswerToHeadHasNoBodyButSaysItsLength() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "HEAD /abc HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(all).startsWith("HTTP/1.1 200 OK\r\n").contains("content-length: 6\r\n");
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
      handler.held.remove().complete(Echo.answer(200, ""));

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
  void aClientThatClosesItsHalfStillGetsItsAnswer() throws Exception {
    try (Socket socket = connect()) {
      send(socket, post("/hold", "a"));
      socket.shutdownOutput();
      awaitHeld(1);
      handler.held.remove().complete(Echo.answer(200, ""));
      assertThat(read(socket)).isEqualTo("200 /hold:1");
      assertThat(read(socket)).isEqualTo("closed");
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

  @Test
  void aBodyThatDoesNotComeIsGivenUp() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf");
      assertThat(read(socket)).isEqualTo("408 TOO_SLOW");
      assertThat(read(socket)).isEqualTo("closed");
    }
    assertThat(server.bodyBytesInFlight()).isZero();
  }

  @Test
  void anIdleConnectionIsClosed() throws IOException {
    try (Socket socket = connect()) {
      assertThat(read(socket)).isEqualTo("closed");
    }
  }

  @Test
  void aHeadThatComesByteByByteIsGivenUp() throws IOException {
    try (Socket socket = connect()) {
      send(socket, post("/first", ""));
      assertThat(read(socket)).isEqualTo("200 /first:0");
      send(socket, "POST / HT");
      send(socket, "TP/1");
      assertThat(read(socket)).isEqualTo("408 TOO_SLOW");
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

  @Test
  void stoppingLetsARequestInFlightEnd() throws Exception {
    try (Socket socket = connect()) {
      send(socket, post("/hold", ""));
      awaitHeld(1);
      Thread stopper = new Thread(server::close);
      stopper.start();
      handler.held.remove().complete(Echo.answer(200, ""));
      assertThat(read(socket)).isEqualTo("200 /hold:0");
      assertThat(read(socket)).isEqualTo("closed");
      stopper.join();
    }
  }

  private void awaitHeld(int count) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (handler.held.size() < count) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
