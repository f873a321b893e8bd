package dev.holdfast.node.http;

import static dev.holdfast.node.http.HttpServerTest.BODY_BYTES_MAX;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Compressed bodies both ways. What becomes of broken ones was seen of the service:
 * scylladb/scylladb, test/alternator/test_compressed_request.py.
 */
@Timeout(30)
class HttpCompressionTest {
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        HttpServer.start(
            HttpServerTest.OPTIONS,
            new EchoHandler(),
            new Random(1)::nextLong,
            HttpServerTest.CLOCK,
            HttpServerTest.CODERS);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Sends a request with a body and reads its answer; null headers when it is refused. */
  private String post(String encoding, byte[] body) throws IOException {
    try (Socket socket = connect()) {
      HttpServerTest.send(
          socket,
          "POST /a HTTP/1.1\r\nHost: h\r\nContent-Encoding: "
              + encoding
              + "\r\nContent-Length: "
              + body.length
              + "\r\n\r\n");
      socket.getOutputStream().write(body);
      String answer = HttpServerTest.read(socket);
      HttpServerTest.send(socket, HttpServerTest.post("/next", ""));
      assertThat(HttpServerTest.read(socket)).as("the connection lives on").startsWith("200");
      assertThat(server.bodyBytesInFlight()).isZero();
      return answer;
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void aCompressedRequestIsServedAsWhatItStandsFor() throws IOException {
    assertThat(post("gzip", gzip("x".repeat(100_000)))).isEqualTo("200 /a:100000");
    assertThat(post("GZIP", gzip(""))).isEqualTo("200 /a:0");
    assertThat(post("identity", new byte[3])).isEqualTo("200 /a:3");
    assertThat(post("gzip", joined(gzip("one"), gzip("two")))).isEqualTo("200 /a:6");
    assertThat(post("gzip", joined(gzip("one"), new byte[] {'j'}))).isEqualTo("200 /a:3");
  }

  @Test
  void whatIsNotEncodedAsItSaysIsRefused() throws IOException {
    byte[] whole = gzip("{}");
    byte[] damaged = whole.clone();
    damaged[whole.length - 6] ^= 1; // in its checksum
    assertThat(post("garbage", new byte[] {'{', '}'})).isEqualTo("500 NOT_DECODABLE");
    assertThat(post("deflate", whole)).isEqualTo("500 NOT_DECODABLE");
    assertThat(post("gzip", new byte[] {'{', '}'})).isEqualTo("500 NOT_DECODABLE");
    assertThat(post("gzip", new byte[0])).isEqualTo("500 NOT_DECODABLE");
    assertThat(post("gzip", Arrays.copyOf(whole, whole.length - 1))).isEqualTo("500 NOT_DECODABLE");
    assertThat(post("gzip", damaged)).isEqualTo("500 NOT_DECODABLE");
  }

  @Test
  void aFewBytesThatStandForTooManyAreGivenUp() throws IOException {
    byte[] bomb = gzip("x".repeat(1_000 * BODY_BYTES_MAX));
    assertThat(bomb.length).isLessThan(BODY_BYTES_MAX);
    assertThat(post("gzip", bomb)).isEqualTo("413 BODY_TOO_LARGE");
    assertThat(post("gzip", gzip("x".repeat(BODY_BYTES_MAX + 1)))).isEqualTo("413 BODY_TOO_LARGE");
    assertThat(post("gzip", gzip("x".repeat(BODY_BYTES_MAX))))
        .isEqualTo("200 /a:" + BODY_BYTES_MAX);
  }

  @Test
  void aLargeAnswerIsCompressedForWhoeverTakesIt() throws IOException {
    assertThat(answer("gzip", 4_096)).isEqualTo("gzip " + "x".repeat(4_096));
    assertThat(answer("gzip", 4_095)).isEqualTo("plain " + "x".repeat(4_095));
    assertThat(answer("deflate", 300_000)).isEqualTo("deflate " + "x".repeat(300_000));
    assertThat(answer("identity", 5_000)).isEqualTo("plain " + "x".repeat(5_000));
  }

  /** How an answer of so many bytes is encoded, and what it says. */
  private String answer(String accepted, int size) throws IOException {
    try (Socket socket = connect()) {
      HttpServerTest.send(
          socket,
          "GET /answer/"
              + size
              + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAccept-Encoding: "
              + accepted
              + "\r\n\r\n");
      byte[] all = socket.getInputStream().readAllBytes();
      String text = new String(all, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      byte[] body = Arrays.copyOfRange(all, end + 4, all.length);
      CRC32 checksum = new CRC32(); // of the bytes as they are sent
      checksum.update(body);
      assertThat(text.substring(0, end))
          .contains("\r\nx-amz-crc32: " + checksum.getValue())
          .contains("\r\nContent-Length: " + body.length + "\r\n");
      String encoding =
          text.substring(0, end).replaceAll("(?s).*\r\ncontent-encoding: (\\w+).*", "$1");
      if (!encoding.equals("gzip") && !encoding.equals("deflate")) {
        return "plain " + new String(body, StandardCharsets.US_ASCII);
      }
      assertThat(body.length).isLessThan(size / 20);
      InputStream bytes = new ByteArrayInputStream(body);
      InputStream plain =
          encoding.equals("gzip") ? new GZIPInputStream(bytes) : new InflaterInputStream(bytes);
      return encoding + " " + new String(plain.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void membersWithoutEndAreRefusedAndNothingIsKeptOfThem() throws IOException {
    byte[] empty = gzip("");
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int i = 0; i < BODY_BYTES_MAX / empty.length; i++) {
      members.writeBytes(empty);
    }
    assertThat(post("gzip", members.toByteArray())).isEqualTo("500 NOT_DECODABLE");
    assertThat(server.requestCount()).isZero();
  }
}
