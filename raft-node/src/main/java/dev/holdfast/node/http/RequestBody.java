package dev.holdfast.node.http;

import dev.holdfast.protocol.model.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The body of one request while it arrives. Grows with what has come, not with what was announced,
 * so that a client cannot reserve memory by a header alone. Used on one event loop.
 */
final class RequestBody {
  private static final int INITIAL_BYTES_MAX = 64 << 10;
  private static final int INITIAL_BYTES_UNKNOWN = 1 << 10;

  private final Admission admission;
  private final int bytesMax;
  private byte[] array;
  private int size;
  private int reservedBytes;

  /** Whether the body may go on. */
  enum Room {
    ENOUGH,
    BODY_TOO_LARGE,
    OVERLOADED
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
    content.getBytes(content.readerIndex(), array, size, more);
    size += more;
    return Room.ENOUGH;
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
