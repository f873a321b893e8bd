package dev.holdfast.node.http;

import dev.holdfast.node.http.HttpAnswer.Header;
import dev.holdfast.protocol.model.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Turns answers into what goes over the wire by HTTP/1.1, in one piece, so that it leaves in one
 * write. Headers are those of the service, in its order.
 */
final class Answers {
  /** What tells the client that it may send the body it has announced. */
  static final ByteBuf CONTINUE =
      Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(ascii("HTTP/1.1 100 Continue\r\n\r\n")))
          .asReadOnly();

  private static final byte[] VERSION = ascii("HTTP/1.1 ");
  private static final byte[] OK = ascii("200 OK");
  private static final byte[] SERVER_AND_DATE = ascii("\r\nServer: Server\r\nDate: ");
  private static final byte[] TYPE = ascii("\r\nContent-Type: ");
  private static final byte[] LENGTH = ascii("\r\nContent-Length: ");
  private static final byte[] KEEP = ascii("\r\nConnection: keep-alive");
  private static final byte[] CLOSE = ascii("\r\nConnection: close");
  private static final byte[] REQUEST_ID = ascii("\r\nx-amzn-RequestId: ");
  private static final byte[] CHECKSUM = ascii("\r\nx-amz-crc32: ");
  private static final byte[] COLON = ascii(": ");
  private static final byte[] LINE_END = ascii("\r\n");
  private static final byte[] END = ascii("\r\n\r\n");
  private static final int HEAD_BYTES = 448;
  private static final int COPIED_BYTES_MAX = 16 << 10;

  /** What becomes of the connection after an answer. */
  enum Afterwards {
    KEEP,
    CLOSE
  }

  /** Whether the client takes the body: to a HEAD it does not. */
  enum BodyWanted {
    YES,
    NO
  }

  private final AnswerDate date;

  Answers(AnswerDate date) {
    this.date = date;
  }

  /** The response; a large body's array is written as it is, a small one copied behind its head. */
  ByteBuf encoded(
      ByteBufAllocator allocator,
      HttpAnswer answer,
      String requestId,
      Afterwards afterwards,
      BodyWanted wanted) {
    Bytes body = answer.body();
    byte[] array = body.backingArray();
    int sent = wanted == BodyWanted.YES ? body.size() : 0;
    boolean copied = sent <= COPIED_BYTES_MAX;
    ByteBuf head = allocator.buffer(HEAD_BYTES + (copied ? sent : 0));
    head.writeBytes(VERSION);
    if (answer.status() == 200) {
      head.writeBytes(OK);
    } else {
      write(head, HttpResponseStatus.valueOf(answer.status()).toString());
    }
    head.writeBytes(SERVER_AND_DATE);
    write(head, date.now());
    if (!answer.contentType().isEmpty()) {
      head.writeBytes(TYPE);
      write(head, answer.contentType());
    }
    head.writeBytes(LENGTH);
    write(head, Integer.toString(body.size()));
    head.writeBytes(afterwards == Afterwards.CLOSE ? CLOSE : KEEP);
    head.writeBytes(REQUEST_ID);
    write(head, requestId);
    head.writeBytes(CHECKSUM);
    write(head, checksum(body));
    for (Header header : answer.headers()) {
      head.writeBytes(LINE_END);
      write(head, header.name());
      head.writeBytes(COLON);
      write(head, header.value());
    }
    head.writeBytes(END);
    if (copied) {
      return head.writeBytes(array, body.arrayOffset(), sent);
    }
    return Unpooled.wrappedBuffer(head, Unpooled.wrappedBuffer(array, body.arrayOffset(), sent));
  }

  /** Of the bytes as they are sent; SDKs verify it when it is present. */
  static String checksum(Bytes body) {
    CRC32 checksum = new CRC32();
    checksum.update(body.backingArray(), body.arrayOffset(), body.size());
    return Long.toString(checksum.getValue());
  }

  /** All texts are in ASCII. */
  private static void write(ByteBuf head, String text) {
    head.writeCharSequence(text, StandardCharsets.US_ASCII);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
