package dev.holdfast.node.http;

import dev.holdfast.node.http.HttpHandler.Refusal;
import dev.holdfast.protocol.model.Bytes;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request while it arrives. Grows with what has come, not with what was announced,
 * so that a client cannot reserve memory by a header alone. Used on one event loop.
 */
final class RequestBody {
  private static final int INITIAL_BYTES_MAX = 64 << 10;
  private static final int INITIAL_BYTES_UNKNOWN = 1 << 10;
  private static final int PIECE_BYTES = 8 << 10;

  private final Admission admission;
  private final int bytesMax;
  private byte[] array;
  private int size;
  private int reservedBytes;

  /** Whether the body may go on. */
  enum Room {
    ENOUGH(),
    BODY_TOO_LARGE(Refusal.BODY_TOO_LARGE),
    OVERLOADED(Refusal.OVERLOADED),
    NOT_DECODABLE(Refusal.NOT_DECODABLE);

    private final @Nullable Refusal refusal;

    Room() {
      this.refusal = null;
    }

    Room(Refusal refusal) {
      this.refusal = refusal;
    }

    /** Why it may not go on; null when it may. */
    @Nullable Refusal refusal() {
      return refusal;
    }
  }

  /**
   * @param announcedBytes the Content-Length, or -1 when the body is chunked
   */
  RequestBody(Admission admission, int bytesMax, long announcedBytes) {
    this.admission = admission;
    this.bytesMax = bytesMax;
    long expected = announcedBytes < 0 ? INITIAL_BYTES_UNKNOWN : announcedBytes;
    this.array = new byte[(int) Math.min(expected, INITIAL_BYTES_MAX)];
  }

  Room append(ByteBuf content) {
    int more = content.readableBytes();
    if (more == 0) {
      return Room.ENOUGH;
    }
    Room room = makeRoom(more);
    if (room == Room.ENOUGH) {
      content.getBytes(content.readerIndex(), array, size, more);
      size += more;
    }
    return room;
  }

  private Room makeRoom(int more) {
    if (more > bytesMax - size) {
      return Room.BODY_TOO_LARGE;
    }
    if (!admission.reserveBodyBytes(more)) {
      return Room.OVERLOADED;
    }
    reservedBytes += more;
    if (size + more > array.length) {
      int grown = (int) Math.min(bytesMax, Math.max(2L * array.length, (long) size + more));
      array = Arrays.copyOf(array, grown);
    }
    return Room.ENOUGH;
  }

  /**
   * Turns the complete body into what it was before the client encoded it. It grows piece by piece
   * under the same limits, so a few bytes that stand for gigabytes are given up early. What follows
   * the last member of a gzip body is not looked at, as the service does not.
   *
   * @param encoding the Content-Encoding
   */
  Room decode(String encoding) {
    String coding = encoding.trim().toLowerCase(Locale.ROOT);
    if (coding.isEmpty() || coding.equals("identity")) {
      return Room.ENOUGH;
    }
    if (!coding.equals("gzip")) {
      return Room.NOT_DECODABLE;
    }
    InputStream encoded = new ByteArrayInputStream(array, 0, size);
    array = new byte[Math.min(bytesMax, Math.max(INITIAL_BYTES_UNKNOWN, 2 * size))];
    size = 0;
    byte[] piece = new byte[PIECE_BYTES];
    try (InputStream plain = new GZIPInputStream(encoded, PIECE_BYTES)) {
      for (int more = plain.read(piece); more >= 0; more = plain.read(piece)) {
        Room room = makeRoom(more);
        if (room != Room.ENOUGH) {
          return room;
        }
        System.arraycopy(piece, 0, array, size, more);
        size += more;
      }
      return Room.ENOUGH;
    } catch (IOException e) {
      return Room.NOT_DECODABLE;
    }
  }

  Bytes bytes() {
    return Bytes.wrap(array, 0, size);
  }

  /** Gives the reservation back; the bytes may live on. */
  void release() {
    admission.releaseBodyBytes(reservedBytes);
    reservedBytes = 0;
  }
}
