package dev.holdfast.node.http;

import dev.holdfast.node.http.HttpHandler.Refusal;
import dev.holdfast.protocol.model.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request while it arrives. Grows with what has come, not with what was announced,
 * so that a client cannot reserve memory by a header alone. Used by one thread at a time.
 */
final class RequestBody {
  private static final byte[] NOTHING = {};

  private final Admission admission;
  private final int bytesMax;
  private final int expectedBytes;
  private byte[] array;
  private int size;
  private int reservedBytes;

  /** Whether the body may go on. */
  enum Room {
    ENOUGH(),
    BODY_TOO_LARGE(Refusal.BODY_TOO_LARGE),
    OVERLOADED(Refusal.OVERLOADED),
    NOT_DECODABLE(Refusal.NOT_DECODABLE),
    /** It is as it was, and may be decoded by whoever has more time. */
    TOO_LARGE_FOR_NOW();

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
    this.expectedBytes = announcedBytes < 0 ? bytesMax : (int) Math.min(announcedBytes, bytesMax);
    this.array = NOTHING;
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
    int needed = size + more;
    if (needed > array.length) {
      int most = Math.max(needed, expectedBytes);
      int grown = (int) Math.min(most, Math.max(2L * array.length, needed));
      int reserved = grown - array.length;
      if (!admission.reserveBodyBytes(reserved)) {
        return Room.OVERLOADED;
      }
      reservedBytes += reserved;
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
   * @param plainBytesMax what may be unpacked now; when there is more, nothing has happened
   */
  Room decode(String encoding, int plainBytesMax) {
    String coding = encoding.trim().toLowerCase(Locale.ROOT);
    if (coding.isEmpty() || coding.equals("identity")) {
      return Room.ENOUGH;
    }
    if (!coding.equals("gzip")) {
      return Room.NOT_DECODABLE;
    }
    RequestBody plain = new RequestBody(admission, bytesMax, -1);
    Room room = Room.NOT_DECODABLE;
    try {
      room =
          new GzipMembers(array, size)
              .inflate(
                  (bytes, count) ->
                      count > plainBytesMax - plain.size && plainBytesMax < bytesMax
                          ? Room.TOO_LARGE_FOR_NOW
                          : plain.append(bytes, count));
    } finally {
      if (room != Room.ENOUGH) {
        plain.release();
      }
    }
    if (room == Room.ENOUGH) {
      release();
      array = plain.array;
      size = plain.size;
      reservedBytes = plain.reservedBytes;
    }
    return room;
  }

  private Room append(byte[] bytes, int count) {
    Room room = makeRoom(count);
    if (room == Room.ENOUGH) {
      System.arraycopy(bytes, 0, array, size, count);
      size += count;
    }
    return room;
  }

  int size() {
    return size;
  }

  Bytes bytes() {
    return Bytes.wrap(array, 0, size);
  }

  /** Gives the reservation back and lets go of the bytes, which live on with whoever took them. */
  void release() {
    admission.releaseBodyBytes(reservedBytes);
    reservedBytes = 0;
    array = NOTHING;
    size = 0;
  }
}
