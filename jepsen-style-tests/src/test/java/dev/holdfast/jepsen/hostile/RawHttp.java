package dev.holdfast.jepsen.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** A socket that speaks just as much HTTP as a test asks of it. Used by one thread. */
final class RawHttp implements AutoCloseable {
  private static final int READ_MILLIS_MAX = 20_000;
  private static final int DEAF_RECEIVE_BYTES = 4_096;
  private static final Pattern TYPE = Pattern.compile("\"__type\":\"[^\"#]*#([A-Za-z]+)\"");

  private final Socket socket;
  private final InputStream input;

  /**
   * What came back.
   *
   * @param headers by lower-case name
   */
  record Answer(int status, Map<String, String> headers, String body) {
    /** The name of the exception without its name space; empty when there is none. */
    String errorType() {
      Matcher type = TYPE.matcher(body);
      return type.find() ? type.group(1) : "";
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    boolean hasItsOwnChecksum() {
      CRC32 checksum = new CRC32();
      checksum.update(body.getBytes(StandardCharsets.UTF_8));
      return header("x-amz-crc32").equals(Long.toString(checksum.getValue()));
    }
  }

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    this.input = socket.getInputStream();
  }

  static RawHttp connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(READ_MILLIS_MAX);
    return new RawHttp(socket);
  }

  /** One that will not read: the network takes next to nothing for it. */
  static RawHttp connectDeaf(int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(DEAF_RECEIVE_BYTES);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return new RawHttp(socket);
  }

  /** A whole request as an SDK makes it. */
  static String request(String operation, String body) {
    return head("DynamoDB_20120810." + operation)
        + "Content-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  /** The head of a request without what says how long its body is. */
  static String head(String target) {
    return "POST / HTTP/1.1\r\n"
        + "Host: localhost\r\n"
        + "Content-Type: application/x-amz-json-1.0\r\n"
        + "X-Amz-Date: 20260101T000000Z\r\n"
        + "Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request,"
        + " SignedHeaders=host;x-amz-date, Signature=0123456789abcdef\r\n"
        + (target.isEmpty() ? "" : "X-Amz-Target: " + target + "\r\n");
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Nothing more will be sent; answers may still come. */
  void endSending() throws IOException {
    socket.shutdownOutput();
  }

  Answer ask(String operation, String body) throws IOException {
    send(request(operation, body));
    return answer();
  }

  /** The next answer; fails when the server closes instead. */
  Answer answer() throws IOException {
    return next().orElseThrow(() -> new AssertionError("the connection was closed"));
  }

  /** The next answer; empty when the server closes instead. */
  Optional<Answer> next() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = input.read();
      if (next < 0) {
        return Optional.empty();
      }
      head.write(next);
    }
    String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n");
    Map<String, String> headers = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      String[] header = lines[i].split(": *", 2);
      headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body = new String(input.readNBytes(length), StandardCharsets.UTF_8);
    return Optional.of(new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, body));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
