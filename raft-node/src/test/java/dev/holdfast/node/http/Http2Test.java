package dev.holdfast.node.http;

import static dev.holdfast.node.http.HttpServerTest.BODY_BYTES_MAX;
import static dev.holdfast.node.http.HttpServerTest.await;
import static dev.holdfast.node.http.RawHttp2.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.http.RawHttp2.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/2 without TLS: by upgrade, by prior knowledge, and by clients that behave badly. */
@Timeout(60)
class Http2Test {
  private static final int REFUSED_STREAM = 7;
  private static final int ENHANCE_YOUR_CALM = 11;

  private final EchoHandler handler = new EchoHandler();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        HttpServer.start(
            HttpServerTest.OPTIONS,
            handler,
            new Random(1)::nextLong,
            HttpServerTest.CLOCK,
            HttpServerTest.CODERS);
  }

  @AfterEach
  void stop() {
    handler.held.forEach(future -> future.complete(EchoHandler.answer(200, "")));
    server.close();
  }

  private RawHttp2 connect(int... settings) throws IOException {
    return new RawHttp2(server.address().getPort(), settings);
  }

  private HttpRequest post(String path, String body) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.address().getPort() + path))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  @Test
  void aClientThatAsksForAnUpgradeGetsItAndItsFirstRequestIsServed() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    HttpResponse<String> first = client.send(post("/a", "x".repeat(500)), BodyHandlers.ofString());
    assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.body()).isEqualTo("/a:500");
    assertThat(first.headers().firstValue("x-amzn-requestid").orElse("")).hasSize(52);
    assertThat(first.headers().firstValue("date")).contains("Mon, 02 Nov 2026 08:09:10 GMT");

    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(client.sendAsync(post("/b", "x".repeat(100_000 + i)), BodyHandlers.ofString()));
    }
    for (int i = 0; i < 3; i++) {
      assertThat(answers.get(i).get().body()).isEqualTo("/b:" + (100_000 + i));
    }
    assertThat(client.send(post("/answer/5000000", ""), BodyHandlers.ofString()).body())
        .hasSize(5_000_000);
    assertThat(server.requestCount()).isZero();
    assertThat(server.bodyBytesInFlight()).isZero();
  }

  @Test
  void anUpgradeWithoutSettingsIsAnsweredByHttp11() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      for (String settings : List.of("", "HTTP2-Settings: !!!\r\n")) {
        HttpServerTest.send(
            socket,
            "GET /a HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                + settings
                + "\r\n");
        assertThat(HttpServerTest.read(socket)).isEqualTo("200 /a:0");
      }
    }
  }

  @Test
  void streamsAreAnsweredWhenTheirAnswersAreThere() throws IOException {
    try (RawHttp2 client = connect()) {
      client.head(1, 0, "POST", "/hold", "content-length", "3");
      client.data(1, END_STREAM, 3);
      client.head(3, 0, "POST", "/b");
      client.data(3, 0, 2);
      client.trailers(3, "not", "looked at");
      assertThat(client.answer(3)).isEqualTo("200 /b:2");
      await(() -> handler.held.size() == 1);
      handler.held.remove().complete(EchoHandler.answer(200, ""));
      assertThat(client.answer(1)).isEqualTo("200 /hold:3");
    }
  }

  @Test
  void anAnswerHasTheSameHeadersAsByHttp11() throws IOException {
    try (RawHttp2 client = connect()) {
      client.head(1, END_STREAM, "GET", "/a", "accept-encoding", "gzip");
      assertThat(client.next().payload())
          .contains(
              """
              :status: 200
              server: Server
              date: Mon, 02 Nov 2026 08:09:10 GMT
              content-type: text/plain
              content-length: 4
              x-amzn-requestid:""")
          .contains("x-amz-crc32: ");
      client.next();
      client.head(3, END_STREAM, "GET", "/answer/4096", "accept-encoding", "gzip");
      assertThat(client.next().payload()).contains("content-encoding: gzip\n");
      assertThat(client.next().payload()).hasSizeLessThan(200).startsWith("\u001f\u008b");
      client.head(5, END_STREAM, "HEAD", "/abc");
      Frame head = client.next();
      assertThat(head.payload()).contains("content-length: 6\n");
      assertThat(head.endsStream()).isTrue();
    }
  }

  @Test
  void aClientThatAsksWhetherItMaySendItsBodyIsToldTo() throws IOException {
    try (RawHttp2 client = connect()) {
      client.head(1, 0, "POST", "/a", "expect", "100-continue", "content-length", "2");
      assertThat(client.next().payload()).isEqualTo(":status: 100\n");
      client.data(1, END_STREAM, 2);
      assertThat(client.answer(1)).isEqualTo("200 /a:2");
      client.head(3, 0, "POST", "/a", "expect", "100-continue", "content-length", "999999");
      assertThat(client.answer(3)).isEqualTo("413 BODY_TOO_LARGE");
    }
  }

  @Test
  void oneStreamTooManyIsRefusedAndTheOthersAreServed() throws IOException {
    try (RawHttp2 client = connect()) {
      for (int i = 0; i < 5; i++) {
        client.get(2 * i + 1, "/hold");
      }
      assertThat(client.answer(9)).isEqualTo("reset " + REFUSED_STREAM);
      await(() -> handler.held.size() == 4);
      handler.held.forEach(future -> future.complete(EchoHandler.answer(200, "")));
      assertThat(client.answer(7)).isEqualTo("200 /hold:0");
    }
  }

  @Test
  void requestsAreAdmittedOverAllConnectionsTogether() throws IOException {
    try (RawHttp2 first = connect();
        RawHttp2 second = connect()) {
      for (int i = 0; i < 3; i++) {
        first.get(2 * i + 1, "/hold");
        second.get(2 * i + 1, "/hold");
      }
      await(() -> handler.held.size() == 6);
      second.get(7, "/one-too-many");
      assertThat(second.answer(7)).isEqualTo("503 OVERLOADED");
    }
  }

  @Test
  void whatIsTooLargeOrMalformedIsRefusedAndTheConnectionLivesOn() throws IOException {
    try (RawHttp2 client = connect()) {
      client.head(1, 0, "POST", "/big");
      for (int sent = 0; sent <= BODY_BYTES_MAX; sent += 16_000) {
        client.data(1, 0, 16_000);
      }
      assertThat(client.answer(1)).isEqualTo("413 BODY_TOO_LARGE");
      client.data(1, END_STREAM, 1);
      client.head(3, END_STREAM, "POST", "/a", "x-padding", "y".repeat(4_500));
      assertThat(client.answer(3)).startsWith("431 ");
      client.head(5, END_STREAM, "POST", "");
      assertThat(client.answer(5)).matches("400 MALFORMED|reset 1");
      client.head(7, 0, "POST", "/a", "content-encoding", "gzip");
      client.data(7, END_STREAM, 5);
      assertThat(client.answer(7)).isEqualTo("500 NOT_DECODABLE");
      client.get(9, "/fine");
      assertThat(client.answer(9)).isEqualTo("200 /fine:0");
    }
    assertThat(server.bodyBytesInFlight()).isZero();
  }

  @Test
  void aBodyThatIsTakenBackIsForgotten() throws IOException {
    try (RawHttp2 client = connect()) {
      client.head(1, 0, "POST", "/a");
      client.data(1, 0, 10);
      await(() -> server.bodyBytesInFlight() == 10);
      client.reset(1);
      await(() -> server.bodyBytesInFlight() == 0);
      client.get(3, "/hold");
      await(() -> handler.held.size() == 1);
      client.reset(3);
      handler.held.remove().complete(EchoHandler.answer(200, ""));
      client.get(5, "/a");
      assertThat(client.answer(5)).isEqualTo("200 /a:0");
      await(() -> server.requestCount() == 0);
    }
  }

  @Test
  void answersThatAreNotTakenDoNotFillTheMemory() throws IOException {
    try (RawHttp2 deaf = connect(RawHttp2.INITIAL_WINDOW, 0)) {
      deaf.get(1, "/answer/300000"); // more than its share of what may be left unread
      await(() -> server.unsentBytes() >= 300_000);
      deaf.get(3, "/a");
      assertThat(deaf.answer(3)).isEqualTo("reset " + REFUSED_STREAM);
      deaf.reset(1);
      await(() -> server.unsentBytes() == 0);
      deaf.head(5, END_STREAM, "HEAD", "/a");
      assertThat(deaf.answer(5)).isEqualTo("200 ");
    }
    try (RawHttp2 deaf = connect(RawHttp2.INITIAL_WINDOW, 0)) {
      for (int i = 0; i < 4; i++) { // all taken before the first is answered
        deaf.get(2 * i + 1, "/hold");
      }
      await(() -> handler.held.size() == 4);
      handler.held.forEach(future -> future.complete(EchoHandler.answer(200, "")));
      await(() -> server.unsentBytes() >= 4 << 10);
      for (int i = 0; i < 4; i++) {
        deaf.reset(2 * i + 1);
      }
      await(() -> server.unsentBytes() == 0);
    }
  }

  @Test
  void aBodyThatIsOnlyAnnouncedHoldsNothing() throws IOException {
    try (RawHttp2 client = connect()) {
      for (int streamId = 1; streamId < 8; streamId += 2) {
        client.head(streamId, 0, "POST", "/a", "content-length", Integer.toString(BODY_BYTES_MAX));
        client.data(streamId, 0, 1);
      }
      await(() -> server.bodyBytesInFlight() >= 4);
      assertThat(server.bodyBytesInFlight()).isEqualTo(4);
    }
    await(() -> server.bodyBytesInFlight() == 0);
  }

  @Test
  void anErrorOfTheHandlerLeavesNothingBehind() throws IOException {
    try (RawHttp2 client = connect()) {
      for (int streamId = 1; streamId < 20; streamId += 2) {
        client.head(streamId, 0, "POST", "/error");
        client.data(streamId, END_STREAM, 10);
        assertThat(client.answer(streamId)).isEqualTo("500 FAILED");
      }
      assertThat(server.bodyBytesInFlight()).isZero();
      assertThat(server.requestCount()).isZero();
    }
  }

  @Test
  void aFloodOfResetsEndsTheConnection() throws IOException {
    try (RawHttp2 client = connect()) {
      for (int i = 0; i < 3_000; i++) {
        try {
          client.head(2 * i + 1, 0, "POST", "/a");
          client.reset(2 * i + 1);
        } catch (IOException e) {
          break; // it has had enough
        }
      }
      Frame last = client.next();
      while (!last.equals(Frame.CLOSED) && last.type() != RawHttp2.GOAWAY) {
        last = client.next();
      }
      if (!last.equals(
          Frame.CLOSED)) { // the farewell may be lost to the reset that unread frames cause
        assertThat(last.error()).isEqualTo(ENHANCE_YOUR_CALM);
      }
    }
    await(() -> server.connectionCount() == 0);
    await(() -> server.requestCount() == 0);
  }

  /** All of it comes in one read, so that nothing of it has been asked when it is taken back. */
  @Test
  void aFirstRequestThatIsTakenBackAtOnceIsForgotten() throws IOException {
    try (Socket socket = HttpServerTest.connect(server)) {
      HttpServerTest.send(
          socket,
          "GET /hold HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
              + "HTTP2-Settings: AAMAAABk\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
              + "\0\0\0\4\0\0\0\0\0"
              + "\0\0\4\3\0\0\0\0\1\0\0\0\10"
              + "\0\0\10\6\0\0\0\0\0pingpong");
      InputStream input = socket.getInputStream();
      StringBuilder all = new StringBuilder();
      while (all.indexOf("pingpong") < 0) { // the answer to the ping: all has been seen
        int next = input.read();
        assertThat(next).as(all.toString()).isNotNegative();
        all.append((char) next);
      }
      assertThat(handler.askedCount).hasValue(0);
      assertThat(server.requestCount()).isZero();
    }
    await(() -> server.connectionCount() == 0);
  }

  @Test
  void whatBeginsLikeAPrefaceMayBeARequest() throws IOException {
    try (Socket socket = HttpServerTest.connect(server)) {
      HttpServerTest.send(socket, "P");
      HttpServerTest.send(socket, "R");
      HttpServerTest.send(socket, "OPFIND /a HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(HttpServerTest.read(socket)).isEqualTo("200 /a:0");
    }
  }

  @Test
  void stoppingLetsARequestInFlightEnd() throws Exception {
    try (RawHttp2 client = connect()) {
      client.get(1, "/hold");
      await(() -> handler.held.size() == 1);
      Thread stopper = new Thread(server::close);
      stopper.start();
      Frame farewell = client.next();
      assertThat(farewell.type()).isEqualTo(RawHttp2.GOAWAY);
      client.get(3, "/too-late");
      handler.held.remove().complete(EchoHandler.answer(200, ""));
      assertThat(client.answer(1)).isEqualTo("200 /hold:0");
      assertThat(client.next()).as("it has said goodbye once").isEqualTo(Frame.CLOSED);
      stopper.join();
    }
  }
}
