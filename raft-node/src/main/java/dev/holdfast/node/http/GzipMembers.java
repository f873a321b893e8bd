package dev.holdfast.node.http;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A gzip body, read member by member in a loop: the JDK's own stream calls itself for every empty
 * member, so that a few of them overflow the stack. Source of the format: RFC 1952.
 */
final class GzipMembers {
  /** More than any client writes; each costs time, even an empty one. */
  static final int MEMBER_COUNT_MAX = 1_024;

  private static final int HEAD_BYTES = 10;
  private static final int TAIL_BYTES = 8;
  private static final int PIECE_BYTES = 8 << 10;
  private static final int HAS_CHECKSUM = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final byte[] array;
  private final int size;

  GzipMembers(byte[] array, int size) {
    this.array = array;
    this.size = size;
  }

  /** Takes what was inflated, and says whether there is room for it. */
  interface Output {
    RequestBody.Room take(byte[] bytes, int count);
  }

  RequestBody.Room inflate(Output output) {
    Inflater inflater = new Inflater(true);
    byte[] piece = new byte[PIECE_BYTES];
    try {
      int at = 0;
      for (int count = 0; ; count++) {
        int body = bodyOf(at);
        if (body < 0) { // what follows the last member is not looked at
          return count == 0 ? RequestBody.Room.NOT_DECODABLE : RequestBody.Room.ENOUGH;
        }
        if (count == MEMBER_COUNT_MAX) {
          return RequestBody.Room.NOT_DECODABLE;
        }
        inflater.reset();
        inflater.setInput(array, body, size - body);
        CRC32 checksum = new CRC32();
        while (!inflater.finished()) {
          int more = inflater.inflate(piece);
          if (more == 0 && !inflater.finished()) {
            return RequestBody.Room.NOT_DECODABLE; // cut short, or in need of a dictionary
          }
          checksum.update(piece, 0, more);
          RequestBody.Room room = output.take(piece, more);
          if (room != RequestBody.Room.ENOUGH) {
            return room;
          }
        }
        int tail = size - inflater.getRemaining();
        if (size - tail < TAIL_BYTES
            || number(tail) != (int) checksum.getValue()
            || number(tail + 4) != (int) inflater.getBytesWritten()) {
          return RequestBody.Room.NOT_DECODABLE;
        }
        at = tail + TAIL_BYTES;
      }
    } catch (DataFormatException e) {
      return RequestBody.Room.NOT_DECODABLE;
    } finally {
      inflater.end();
    }
  }

  /** Where the deflated bytes of the member begin; -1 when there is no member. */
  private int bodyOf(int start) {
    if (size - start < HEAD_BYTES
        || array[start] != 0x1f
        || array[start + 1] != (byte) 0x8b
        || array[start + 2] != 8) {
      return -1;
    }
    int flags = array[start + 3];
    if ((flags & RESERVED) != 0) {
      return -1;
    }
    int at = start + HEAD_BYTES;
    if ((flags & HAS_EXTRA) != 0) {
      at = size - at < 2 ? size + 1 : at + 2 + number16(at);
    }
    at = (flags & HAS_NAME) != 0 ? afterText(at) : at;
    at = (flags & HAS_COMMENT) != 0 ? afterText(at) : at;
    if ((flags & HAS_CHECKSUM) != 0) {
      if (at > size - 2 || number16(at) != checksumOf(start, at)) {
        return -1;
      }
      at += 2;
    }
    return at <= size ? at : -1;
  }

  private int checksumOf(int start, int end) {
    CRC32 checksum = new CRC32();
    checksum.update(array, start, end - start);
    return (int) checksum.getValue() & 0xffff;
  }

  private int afterText(int start) {
    int at = start;
    while (at < size && array[at] != 0) {
      at++;
    }
    return at + 1;
  }

  private int number16(int at) {
    return (array[at] & 0xff) | (array[at + 1] & 0xff) << 8;
  }

  private int number(int at) {
    return number16(at) | number16(at + 2) << 16;
  }
}
