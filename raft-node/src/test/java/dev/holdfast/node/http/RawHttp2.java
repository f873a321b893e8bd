package dev.holdfast.node.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A socket that speaks HTTP/2 frame by frame, as well or badly as a test asks. One thread. */
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int ACK = 1;
  static final int INITIAL_WINDOW = 4;

  static final int FRAME_HEAD_BYTES = 9;

  static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int READ_MILLIS_MAX = 10_000;

  private final Socket socket;
  private final DataInputStream input;
  private final DataOutputStream output;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

  /** What the server sent. */
  record Frame(int type, int flags, int streamId, String payload) {
    /** In the place of a frame: there will be none. */
    static final Frame CLOSED = new Frame(-1, 0, 0, "");

    boolean endsStream() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    /** The error of a reset or, behind the last stream, of a farewell. */
    int error() {
      int at = type == GOAWAY ? 4 : 0;
      return Unpooled.wrappedBuffer(payload.getBytes(StandardCharsets.ISO_8859_1)).getInt(at);
    }
  }

  /** With the client's settings, each an identifier and a value. */
  RawHttp2(int port, int... settings) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(READ_MILLIS_MAX);
    input = new DataInputStream(socket.getInputStream());
    output = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    output.writeBytes(PREFACE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream pairs = new DataOutputStream(bytes);
    for (int i = 0; i < settings.length; i += 2) {
      pairs.writeShort(settings[i]);
      pairs.writeInt(settings[i + 1]);
    }
    send(SETTINGS, 0, 0, bytes.toByteArray());
  }

  void send(int type, int flags, int streamId, byte[] payload) throws IOException {
    output.write(frame(type, flags, streamId, payload));
    output.flush();
  }

  static byte[] frame(int type, int flags, int streamId, byte[] payload) {
    return ByteBuffer.allocate(FRAME_HEAD_BYTES + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(streamId)
        .put(payload)
        .array();
  }

  /** A request's head: pairs of names and values besides the method and the path. */
  void head(int streamId, int flags, String method, String path, String... others)
      throws IOException {
    send(HEADERS, flags | END_HEADERS, streamId, block(method, path, others));
  }

  static byte[] block(String method, String path, String... others) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    literal(block, ":method", method);
    literal(block, ":scheme", "http");
    if (!path.isEmpty()) {
      literal(block, ":path", path);
    }
    literal(block, ":authority", "h");
    for (int i = 0; i < others.length; i += 2) {
      literal(block, others[i], others[i + 1]);
    }
    return block.toByteArray();
  }

  /** All connections and streams may be sent to without end. */
  void openWindows() throws IOException {
    send(WINDOW_UPDATE, 0, 0, new byte[] {0x7f, 0, 0, 0});
  }

  void trailers(int streamId, String name, String value) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    literal(block, name, value);
    send(HEADERS, END_STREAM | END_HEADERS, streamId, block.toByteArray());
  }

  /** HPACK's literal without indexing, and without Huffman. */
  private static void literal(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    text(block, name);
    text(block, value);
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>= 7) {
        block.write((rest & 127) | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  void get(int streamId, String path) throws IOException {
    head(streamId, END_STREAM, "GET", path);
  }

  void data(int streamId, int flags, int size) throws IOException {
    send(DATA, flags, streamId, "x".repeat(size).getBytes(StandardCharsets.US_ASCII));
  }

  void reset(int streamId) throws IOException {
    send(RST_STREAM, 0, streamId, new byte[] {0, 0, 0, 8});
  }

  /** The next frame that is about requests; {@link Frame#CLOSED} when the server has closed. */
  Frame next() throws IOException {
    while (true) {
      Frame frame = any();
      if (frame.type() == SETTINGS) {
        if ((frame.flags() & ACK) == 0) {
          acknowledge();
        }
      } else if (frame.type() != WINDOW_UPDATE && frame.type() != PING) {
        return frame;
      }
    }
  }

  private void acknowledge() throws IOException {
    try {
      send(SETTINGS, ACK, 0, new byte[0]);
    } catch (SocketException e) {
      return; // closed; what it sent before can still be read
    }
  }

  private Frame any() throws IOException {
    try {
      int length = input.readUnsignedByte() << 16 | input.readUnsignedShort();
      int type = input.readUnsignedByte();
      int flags = input.readUnsignedByte();
      int streamId = input.readInt();
      byte[] payload = input.readNBytes(length);
      String text = new String(payload, StandardCharsets.ISO_8859_1);
      return new Frame(type, flags, streamId, type == HEADERS ? decoded(streamId, payload) : text);
    } catch (EOFException | SocketException e) {
      return Frame.CLOSED;
    }
  }

  private String decoded(int streamId, byte[] block) {
    try {
      Http2Headers headers = decoder.decodeHeaders(streamId, Unpooled.wrappedBuffer(block));
      StringBuilder text = new StringBuilder();
      headers.forEach(
          header ->
              text.append(header.getKey()).append(": ").append(header.getValue()).append('\n'));
      return text.toString();
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
  }

  /** The answer on a stream: its status, and its body after a blank; other frames are skipped. */
  String answer(int streamId) throws IOException {
    StringBuilder answer = new StringBuilder();
    while (true) {
      Frame frame = next();
      if (frame.equals(Frame.CLOSED)) {
        return answer + "closed";
      }
      if (frame.streamId() != streamId) {
        continue;
      }
      switch (frame.type()) {
        case HEADERS -> answer.append(frame.payload().replaceAll("(?s).*:status: (\\d+).*", "$1 "));
        case DATA -> answer.append(frame.payload());
        case RST_STREAM -> {
          return answer + "reset " + frame.error();
        }
        default -> throw new AssertionError(frame);
      }
      if (frame.endsStream()) {
        return answer.toString();
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
